"""What the daily report says: the mailings of a day and their messages by status."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from sqlalchemy import Connection, or_, select

from notifications import mailings
from notifications.mailings import Stats
from notifications.tables import mailing


@dataclass(frozen=True, slots=True)
class ReportedMailing:
    """One mailing in the report; `stats` has its messages by status and in `total`, as they stand now."""

    id: int
    text: str
    status: str
    stats: Stats


@dataclass(frozen=True, slots=True)
class Report:
    """A local day's mailings, and their totals by status."""

    day: date
    mailings: Sequence[ReportedMailing]

    def totals(self) -> Stats:
        """The messages of all mailings by status, and in `total`."""
        totals: Stats = {}
        for each in self.mailings:
            for status, n in each.stats.items():
                totals[status] = totals.get(status, 0) + n
        return totals


def day_before(now: datetime, zone: tzinfo) -> date:
    """The local day before the one that `now` lies in."""
    return now.astimezone(zone).date() - timedelta(days=1)


def make_report(connection: Connection, day: date, zone: tzinfo) -> Report:
    """The report on the mailings that were under way at any time of a local day."""
    begins, ends = (datetime.combine(each, time(), zone).astimezone(UTC) for each in (day, day + timedelta(days=1)))
    under_way = (
        select(mailing.c.id, mailing.c.text, mailing.c.status)
        .where(
            mailing.c.starts_at < ends,
            or_(mailing.c.finished_at.is_(None), mailing.c.finished_at >= begins),
            mailing.c.ends_at >= begins,
        )
        .order_by(mailing.c.id)
    )
    rows = connection.execute(under_way).all()
    stats = mailings.stats(connection, [row.id for row in rows])
    return Report(day, [ReportedMailing(row.id, row.text, row.status, stats[row.id]) for row in rows])
