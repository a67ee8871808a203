"""Statistics of all mailings and of one in detail, read from running counts: no messages are counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Connection, Select, func, select
from sqlalchemy.dialects.postgresql import JSONB

from notifications.contracts.enumerations import ENDED_STATUSES, PLANNED, GroupKind, MailingStatus, MessageStatus
from notifications.contracts.phrases import Params
from notifications.database.tables import (
    mailing,
    mailing_count,
    mailing_error,
    mailing_group,
    mailing_hour,
    mailing_pace,
)
from notifications.mailings import repository as mailings
from notifications.mailings.mailing import Mailing
from notifications.mailings.repository import Stats
from notifications.schedules.forecast import Forecast
from notifications.statistics import delays, deliveries
from notifications.statistics.delays import Delays
from notifications.statistics.deliveries import Deliveries
from notifications.statistics.mailing_forecast import forecast_mailing

TOP_ERRORS = 10
# Time over which a rate is measured at least: the first batch of a mailing takes less.
_SHORTEST_RUN = timedelta(seconds=1)


def mailing_totals(connection: Connection) -> Stats:
    """Count mailings by status, and in `total`."""
    query = select(mailing.c.status, func.count()).where(mailing.c.deleted_at.is_(None)).group_by(mailing.c.status)
    return _with_total(dict(connection.execute(query).all()), MailingStatus)


def message_totals(connection: Connection) -> Stats:
    """Count messages of all mailings by status, and in `total`."""
    query = (
        select(mailing_count.c.status, func.sum(mailing_count.c.n))
        .join(mailing, mailing.c.id == mailing_count.c.mailing_id)
        .where(mailing.c.deleted_at.is_(None))
        .group_by(mailing_count.c.status)
    )
    return _with_total(dict(connection.execute(query).all()), MessageStatus)


def _with_total(found: dict[str, int], names: Iterable[str]) -> Stats:
    counts = {name: int(found.get(name, 0)) for name in names}
    return {"total": sum(counts.values()), **counts}


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCount:
    """Number of unsent messages with the same last error.

    Attributes:
        error, code, params: text of the error, with its `Reason` and parameters.
    """

    error: str
    code: str | None
    params: Params | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """Statistics of one mailing.

    Attributes:
        by_hour: a dict for each UTC hour, with `hour` and the number of messages that ended in it, by final status.
        by_timezone, by_operator_code: a dict for each value that clients had when the mailing was planned, with the
            value, `total`, `open` and the number of messages by final status.
        errors: the most frequent first.
        rate_per_second: in the last minute or two while the mailing runs, else from its start to its finish.
        delays: delays of the sent messages.
        deliveries: deliveries of the messages, by receipts.
    """

    stats: Stats
    by_hour: Sequence[dict[str, Any]]
    by_timezone: Sequence[dict[str, Any]]
    by_operator_code: Sequence[dict[str, Any]]
    errors: Sequence[ErrorCount]
    rate_per_second: float
    delays: Delays
    deliveries: Deliveries
    forecast: Forecast


def detail(connection: Connection, row: Mailing, *, now: datetime, requires_consent: bool) -> Detail:
    """Return the statistics of a mailing.

    Args:
        requires_consent: marketing needs the consent of the client.
    """
    stats = mailings.stats(connection, [row.id])[row.id]
    rate = _rate(connection, row, stats[MessageStatus.SENT], now)
    by_timezone = _by(connection, GroupKind.TIMEZONE, row.id)
    return Detail(
        stats=stats,
        by_hour=_by_hour(connection, row.id),
        by_timezone=by_timezone,
        by_operator_code=_by(connection, GroupKind.OPERATOR_CODE, row.id),
        errors=top_errors(connection, [row.id], at_most=TOP_ERRORS),
        rate_per_second=rate,
        delays=delays.read(connection, mailing_hour.c.mailing_id == row.id),
        deliveries=deliveries.read(connection, row.id, sent=stats[MessageStatus.SENT]),
        forecast=forecast_mailing(connection, row, by_timezone, rate, now, requires_consent=requires_consent),
    )


def _by_hour(connection: Connection, mailing_id: int) -> list[dict[str, Any]]:
    query = (
        select(mailing_hour.c.hour, mailing_hour.c.status, func.sum(mailing_hour.c.n).label("n"))
        .where(mailing_hour.c.mailing_id == mailing_id)
        .group_by(mailing_hour.c.hour, mailing_hour.c.status)
        .having(func.sum(mailing_hour.c.n) != 0)
        .order_by(mailing_hour.c.hour)
    )
    hours: dict[datetime, dict[str, int]] = {}
    for row in connection.execute(query):
        hours.setdefault(row.hour, dict.fromkeys(ENDED_STATUSES, 0))[row.status] = int(row.n)
    return [{"hour": hour, **counts} for hour, counts in hours.items()]


def _by(connection: Connection, kind: GroupKind, mailing_id: int) -> list[dict[str, Any]]:
    query = (
        select(mailing_group.c.value, mailing_group.c.status, func.sum(mailing_group.c.n).label("n"))
        .where(mailing_group.c.mailing_id == mailing_id, mailing_group.c.kind == kind)
        .group_by(mailing_group.c.value, mailing_group.c.status)
        .order_by(mailing_group.c.value)
    )
    found: dict[str, dict[str, int]] = {}
    for row in connection.execute(query):
        found.setdefault(row.value, {})[row.status] = int(row.n)
    return [{kind: value, **_with_open(counts)} for value, counts in found.items()]


def _with_open(counts: dict[str, int]) -> Stats:
    """Return the counts by final status, with the planned messages in `total` and those not ended in `open`."""
    ended: Stats = {status: counts.get(status, 0) for status in ENDED_STATUSES}
    return {"total": counts[PLANNED], "open": counts[PLANNED] - sum(ended.values()), **ended}


def top_errors(connection: Connection, mailing_ids: Sequence[int], *, at_most: int) -> Sequence[ErrorCount]:
    """Return the errors that kept messages from being sent, the most frequent first."""
    total = func.sum(mailing_error.c.n)
    query: Select[Any] = (
        select(
            mailing_error.c.error,
            total.label("count"),
            func.max(mailing_error.c.code).label("code"),
            _any_params().label("params"),
        )
        .where(mailing_error.c.mailing_id.in_(mailing_ids))
        .group_by(mailing_error.c.error)
        .having(total > 0)
        .order_by(total.desc(), mailing_error.c.error)
        .limit(at_most)
    )
    return [ErrorCount(**{**row._mapping, "count": int(row._mapping["count"])}) for row in connection.execute(query)]


def _any_params() -> ColumnElement[Any]:
    """Return the parameters of any row that has them: rows with the same text have the same parameters."""
    params = mailing_error.c.params
    given = func.array_agg(params, type_=ARRAY(JSONB)).filter(params.is_not(None))
    return func.to_jsonb(given, type_=JSONB)[0]


def _rate(connection: Connection, row: Mailing, sent: int, now: datetime) -> float:
    if row.status == MailingStatus.RUNNING:
        since = now.replace(second=0, microsecond=0) - timedelta(minutes=1)
        query = select(func.sum(mailing_pace.c.n), func.min(mailing_pace.c.since)).where(
            mailing_pace.c.mailing_id == row.id, mailing_pace.c.minute >= since
        )
        sent_since, first = connection.execute(query).one()
        # A mailing that has just begun, or whose window or pause has just ended, has not run for all of that time.
        ran = max(now - max(since, first or since), _SHORTEST_RUN)
        return round(int(sent_since or 0) / ran.total_seconds(), 1)
    began = max(row.starts_at, row.created_at)
    if row.finished_at is None or row.finished_at <= began:
        return 0.0
    lasted: timedelta = row.finished_at - began
    return round(sent / lasted.total_seconds(), 1)
