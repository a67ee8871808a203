"""Sending figures of a day in the report's time zone, read from running counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from sqlalchemy import ColumnElement, Connection, func, or_, select

from notifications.contracts.enumerations import ENDED_STATUSES, OPEN_STATUSES, MailingStatus, MessageStatus
from notifications.database.tables import mailing, mailing_count, mailing_hour
from notifications.mailings import repository as mailings
from notifications.mailings.mailing import Mailing
from notifications.mailings.repository import Stats
from notifications.providers import incidents
from notifications.providers.incidents import Incident
from notifications.statistics import delays, deliveries, mailing_statistics
from notifications.statistics.delays import Delays

TOP_ERRORS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingFigures:
    """Figures of one mailing: `ended` counts messages by final status on the day; `total` and `waiting` are current."""

    id: int
    text: str
    status: MailingStatus
    total: int
    waiting: int
    ended: Stats


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Sending figures of one day in the report's time zone.

    Attributes:
        ended, ended_before: messages of all mailings by final status, on the day and on the day before.
        share_delivered, share_delivered_before: delivered messages as a share (0 to 1) of those sent on the day, and on
            the day before; None without sends or receipts.
        errors: errors of the day's mailings, each with its number of messages, the most frequent first.
        incidents: incidents of the provider that overlap the day, in local time.
        waiting: messages of all mailings that are waiting when the report is made.
        delays: delays of the day's messages.
    """

    day: date
    mailings: Sequence[MailingFigures]
    ended: Stats
    ended_before: Stats
    share_delivered: float | None
    share_delivered_before: float | None
    errors: Sequence[tuple[str, int]]
    incidents: Sequence[Incident]
    waiting: int
    delays: Delays


def day_before(now: datetime, zone: tzinfo) -> date:
    """Return the day before `now` in a time zone."""
    return now.astimezone(zone).date() - timedelta(days=1)


def collect(connection: Connection, day: date, zone: tzinfo) -> Figures:
    """Collect the figures of a local day, of mailings that were running or had messages end on it.

    Counts are by UTC hour. If the zone's offset is no whole hour, the day begins at the full hour before midnight.
    """
    before, begins, ends = (_midnight(day + timedelta(days=days), zone) for days in (-1, 0, 1))
    on_the_day = _between(begins, ends)
    by_mailing = _ended_by_mailing(connection, on_the_day)
    rows = _reported(connection, begins, ends, by_mailing)
    stats = mailings.stats(connection, [row.id for row in rows])
    # Delays that were counted before lateness was measured have the time in which the rate held a message.
    measured = mailing_hour.c.mailing_id.in_(
        select(mailing.c.id).where(mailing.c.max_rate.is_(None) | mailing.c.rate_lag.is_not(None))
    )
    ended, ended_before = _ended(connection, on_the_day), _ended(connection, _between(before, begins))
    return Figures(
        day=day,
        mailings=[_figures(row, stats[row.id], by_mailing.get(row.id, {})) for row in rows],
        ended=ended,
        ended_before=ended_before,
        share_delivered=deliveries.share_between(connection, begins, ends, sent=ended[MessageStatus.SENT]),
        share_delivered_before=deliveries.share_between(
            connection, before, begins, sent=ended_before[MessageStatus.SENT]
        ),
        errors=[
            (each.error, each.count)
            for each in mailing_statistics.top_errors(connection, [row.id for row in rows], at_most=TOP_ERRORS)
        ],
        incidents=[_local(each, zone) for each in incidents.between(connection, begins, ends)],
        waiting=_waiting(connection),
        delays=delays.read(connection, on_the_day, measured),
    )


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC).replace(minute=0, second=0)


def _between(begins: datetime, ends: datetime) -> ColumnElement[bool]:
    return (mailing_hour.c.hour >= begins) & (mailing_hour.c.hour < ends)


def _ended_by_mailing(connection: Connection, condition: ColumnElement[bool]) -> dict[int, Stats]:
    query = (
        select(mailing_hour.c.mailing_id, mailing_hour.c.status, func.sum(mailing_hour.c.n).label("n"))
        .where(condition)
        .group_by(mailing_hour.c.mailing_id, mailing_hour.c.status)
        .having(func.sum(mailing_hour.c.n) != 0)
    )
    found: dict[int, Stats] = {}
    for row in connection.execute(query):
        found.setdefault(row.mailing_id, {})[row.status] = int(row.n)
    return found


def _ended(connection: Connection, condition: ColumnElement[bool]) -> Stats:
    query = (
        select(mailing_hour.c.status, func.sum(mailing_hour.c.n)).where(condition).group_by(mailing_hour.c.status)
    )  # fmt: skip
    found: dict[str, int] = dict(connection.execute(query).all())
    return {status: int(found.get(status, 0)) for status in ENDED_STATUSES}


def _reported(
    connection: Connection, begins: datetime, ends: datetime, by_mailing: dict[int, Stats]
) -> Sequence[Mailing]:
    under_way = (
        mailing.c.plan_until.is_not(None)
        & (mailing.c.starts_at < ends)
        & (mailing.c.ends_at >= begins)
        & (mailing.c.finished_at.is_(None) | (mailing.c.finished_at >= begins))
    )
    return mailings.where(connection, or_(under_way, mailing.c.id.in_(by_mailing)))


def _figures(row: Mailing, stats: Stats, ended: Stats) -> MailingFigures:
    return MailingFigures(
        id=row.id,
        text=row.text,
        status=row.status,
        total=stats["total"],
        waiting=sum(stats[status] for status in OPEN_STATUSES),
        ended={status: ended.get(status, 0) for status in ENDED_STATUSES},
    )


def _local(incident: Incident, zone: tzinfo) -> Incident:
    closed_at = incident.closed_at and incident.closed_at.astimezone(zone)
    return replace(incident, opened_at=incident.opened_at.astimezone(zone), closed_at=closed_at)


def _waiting(connection: Connection) -> int:
    query = select(func.sum(mailing_count.c.n)).where(mailing_count.c.status.in_(OPEN_STATUSES))
    return int(connection.execute(query).scalar_one() or 0)
