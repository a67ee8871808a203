"""What became of the messages: totals from running counts, and one mailing in detail from its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, func, select, text

from notifications import mailings
from notifications.counting import count_by_zone
from notifications.forecast import Forecast, Waiting, forecast
from notifications.mailings import Stats
from notifications.tables import MAILING_STATUSES, MESSAGE_STATUSES, mailing, mailing_count
from notifications.windows import Opening, openings

# Over which the rate of a running mailing is measured.
RATE_OVER = timedelta(minutes=1)
TOP_ERRORS = 10
# How many openings of a time zone a forecast looks at: three months of days.
OPENINGS_AHEAD = 92


def mailing_totals(connection: Connection) -> Stats:
    """Mailings by status, and in `total`."""
    query = select(mailing.c.status, func.count()).where(mailing.c.deleted_at.is_(None)).group_by(mailing.c.status)
    return _with_total(dict(connection.execute(query).all()), MAILING_STATUSES)


def message_totals(connection: Connection) -> Stats:
    """Messages of all mailings by status, and in `total`: read from running counts."""
    query = (
        select(mailing_count.c.status, func.sum(mailing_count.c.n))
        .join(mailing, mailing.c.id == mailing_count.c.mailing_id)
        .where(mailing.c.deleted_at.is_(None))
        .group_by(mailing_count.c.status)
    )
    return _with_total(dict(connection.execute(query).all()), MESSAGE_STATUSES)


def _with_total(found: dict[str, int], names: Sequence[str]) -> Stats:
    counts = {name: int(found.get(name, 0)) for name in names}
    return {"total": sum(counts.values()), **counts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One mailing's messages: by the UTC hour of their end, by what their clients have, and what went wrong.

    Attributes:
        by_timezone, by_operator_code: rows of the name, null for clients who were deleted, `total` and each status.
        errors: rows of `error` and `count`, the most frequent first.
        rate_per_second: over the last minute while the mailing runs, else over the time in which it was sent.
    """

    stats: Stats
    by_hour: Sequence[Row[Any]]
    by_timezone: Sequence[dict[str, Any]]
    by_operator_code: Sequence[dict[str, Any]]
    errors: Sequence[Row[Any]]
    rate_per_second: float
    forecast: Forecast


def detail(connection: Connection, row: Row[Any], *, now: datetime) -> Detail:
    """The statistics of a mailing."""
    rate = _rate(connection, row, now)
    return Detail(
        stats=mailings.stats(connection, [row.id])[row.id],
        by_hour=_rows(connection, _BY_HOUR, mailing_id=row.id),
        by_timezone=_by(connection, "timezone", row.id),
        by_operator_code=_by(connection, "operator_code", row.id),
        errors=_rows(connection, _ERRORS, mailing_id=row.id, at_most=TOP_ERRORS),
        rate_per_second=rate,
        forecast=_forecast(connection, row, rate, now),
    )


_BY_HOUR = """
    SELECT date_trunc('hour', CASE status WHEN 'sent' THEN sent_at ELSE since END, 'UTC') AS hour,
           count(*) FILTER (WHERE status = 'sent') AS sent, count(*) FILTER (WHERE status = 'failed') AS failed
    FROM message WHERE mailing_id = :mailing_id AND status IN ('sent', 'failed')
    GROUP BY hour ORDER BY hour
"""

_ERRORS = """
    SELECT last_error AS error, count(*) AS count
    FROM message WHERE mailing_id = :mailing_id AND last_error IS NOT NULL AND status <> 'cancelled'
    GROUP BY last_error ORDER BY count DESC, last_error LIMIT :at_most
"""

_BY = """
    SELECT client.{column} AS name, message.status, count(*) AS n
    FROM message LEFT JOIN client ON client.id = message.client_id
    WHERE message.mailing_id = :mailing_id
    GROUP BY client.{column}, message.status ORDER BY client.{column}
"""


def _by(connection: Connection, column: str, mailing_id: int) -> list[dict[str, Any]]:
    found: dict[str | None, dict[str, int]] = {}
    for row in _rows(connection, _BY.format(column=column), mailing_id=mailing_id):
        found.setdefault(row.name, {})[row.status] = row.n
    return [{column: name, **_with_total(counts, MESSAGE_STATUSES)} for name, counts in found.items()]


_RATE = """
    SELECT count(*) AS sent, extract(epoch FROM max(sent_at) - min(sent_at)) AS seconds
    FROM message WHERE mailing_id = :mailing_id AND status = 'sent' AND sent_at > :after
"""


def _rate(connection: Connection, row: Row[Any], now: datetime) -> float:
    if row.status == "running":
        last = _rows(connection, _RATE, mailing_id=row.id, after=now - RATE_OVER)[0]
        return round(int(last.sent) / RATE_OVER.total_seconds(), 1)
    life = _rows(connection, _RATE, mailing_id=row.id, after=row.created_at)[0]
    # Between n moments lie n - 1 steps.
    return round(float((life.sent - 1) / life.seconds), 1) if life.seconds else 0.0


_WAITING = """
    SELECT client.timezone, count(*) AS n
    FROM message JOIN client ON client.id = message.client_id
    WHERE message.mailing_id = :mailing_id AND message.status IN ('pending', 'queued', 'sending')
    GROUP BY client.timezone
"""


def _forecast(connection: Connection, row: Row[Any], rate: float, now: datetime) -> Forecast:
    """The forecast at the mailing's own rate or, if it has none, at the one that it has now."""
    after, window = max(now, row.starts_at), mailings.window_of(row)
    groups: dict[tuple[Opening, ...], int] = {}
    for zone, clients in _waiting(connection, row).items():
        found = tuple(islice(openings(after, zone, window, row.ends_at), OPENINGS_AHEAD))
        groups[found] = groups.get(found, 0) + clients
    return forecast([Waiting(messages, found) for found, messages in groups.items()], row.max_rate or rate or None)


def _waiting(connection: Connection, row: Row[Any]) -> dict[str, int]:
    """What waits, by time zone: before the mailing starts, the clients of its filter."""
    if row.status == "scheduled":
        return count_by_zone(connection, tags=row.filter_tags, operator_codes=row.filter_operator_codes).by_zone
    return {each.timezone: each.n for each in _rows(connection, _WAITING, mailing_id=row.id)}


def _rows(connection: Connection, statement: str, **values: object) -> Sequence[Row[Any]]:
    return connection.execute(text(statement), values).all()
