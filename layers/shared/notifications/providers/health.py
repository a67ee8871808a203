"""Circuit breaker and rate limit of the provider, shared by all senders.

The state is one row. Without failures and limits it is read, and never written.
"""

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from notifications.contracts.enumerations import BreakerState
from notifications.contracts.reasons import reason_from_code
from notifications.database.tables import provider
from notifications.providers import incidents
from notifications.providers.circuit_breaker import PROBE_MESSAGES, PROBE_TIMEOUT, Breaker, CallResults
from notifications.providers.rate_limiter import RateLimiter

# A message that the rate limit leaves no call for is due again after this.
RATE_LIMIT_PAUSE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class CallQuota:
    """Calls that a sender may make for a batch.

    Attributes:
        calls: number of messages that it may send.
        retry_at: time at which the others are due again.
        is_probe: True if the calls probe the provider: a failure uses up no attempt.
        is_healthy: True if a batch without failures changes nothing, and need not be recorded.
    """

    calls: int
    retry_at: datetime
    is_probe: bool = False
    is_healthy: bool = False


@dataclass(frozen=True, slots=True)
class ReleaseQuota:
    """Messages that the dispatcher may release.

    Attributes:
        messages: their number; None for no limit.
        starts_at: earliest send time of the first one.
        interval: shortest time between two of them.
    """

    messages: int | None
    starts_at: datetime
    interval: timedelta = timedelta(0)

    def allowed(self, wanted: int, *, sharers: int = 1) -> int:
        """Return how many of the wanted messages one of so many sharers may release."""
        return wanted if self.messages is None else min(wanted, math.ceil(self.messages / sharers))


_STATE = select(provider)


def load_state(connection: Connection) -> tuple[Breaker, RateLimiter]:
    """Return the breaker and the rate limiter of the provider in use."""
    return _read(connection.execute(_STATE).one_or_none())


def unlimited_quota(connection: Connection, name: str, *, wanted: int, now: datetime) -> CallQuota | None:
    """Return the quota of a whole batch by one read, or None if there is a limit: then call `take_quota`.

    Args:
        name: the provider.
        wanted: the batch's number of messages.
    """
    row = connection.execute(_STATE).one_or_none()
    breaker, limiter = _read(row)
    is_other = row is not None and row.name != name
    if is_other or breaker.state != BreakerState.CLOSED or limiter.is_held(now) or limiter.is_limited(now):
        return None
    return CallQuota(wanted, now, is_healthy=breaker.is_clean)


def take_quota(connection: Connection, name: str, *, wanted: int, now: datetime) -> CallQuota:
    """Take calls for a batch, first in a transaction that is committed before they are made.

    Args:
        name: the provider. The state of another one is dropped.
        wanted: the batch's number of messages.
    """
    if connection.execute(delete(provider).where(provider.c.name != name)).rowcount:
        incidents.end(connection, now=now)
    breaker, limiter = _lock(connection, name)
    if breaker.state != BreakerState.CLOSED:
        if breaker.probe_at is not None and breaker.probe_at > now:
            return CallQuota(0, breaker.probe_at)
        probing = breaker.with_probe_started(now=now)
        _write(connection, name, probing, limiter)
        return CallQuota(min(wanted, PROBE_MESSAGES), now + PROBE_TIMEOUT, is_probe=True)
    if limiter.hold_until is not None and limiter.is_held(now):
        return CallQuota(0, limiter.hold_until)
    calls, limiter = limiter.take(wanted, now=now)
    _write(connection, name, breaker, limiter)
    return CallQuota(calls, now + RATE_LIMIT_PAUSE, is_healthy=breaker.is_clean)


def release_probe(connection: Connection, name: str, *, now: datetime) -> None:
    """Release the probe in the same transaction when nothing of the batch can be sent: the next batch probes."""
    breaker, limiter = _lock(connection, name)
    _write(connection, name, breaker.with_probe_released(now=now), limiter)


def record_results(
    connection: Connection,
    name: str,
    results: CallResults,
    *,
    cuts: Iterable[float],
    hold_until: datetime | None,
    now: datetime,
) -> tuple[BreakerState, BreakerState]:
    """Record the results of a batch, in a transaction of its own.

    Args:
        cuts: factors by which the rate is cut.
        hold_until: end of a pause that the provider has asked for.

    Returns:
        The breaker's state before and after. Only one sender sees a change.
    """
    before, limiter = _lock(connection, name)
    after = before.after(results, now=now)
    for factor in cuts:
        limiter = limiter.cut(factor, now=now)
    if after.state != before.state:
        limiter = replace(limiter, next_release_at=None)
    _write(connection, name, after, limiter.hold(hold_until))
    _record_incident(connection, before, after, now=now)
    return before.state, after.state


def _record_incident(connection: Connection, before: Breaker, after: Breaker, *, now: datetime) -> None:
    """Begin an incident when the breaker opens, and end it when the breaker closes."""
    if before.state == BreakerState.CLOSED and after.state == BreakerState.OPEN:
        incidents.begin(
            connection,
            reason=after.reason,
            reason_code=after.reason_code,
            reason_params=after.reason_params,
            now=now,
        )
    if before.state != BreakerState.CLOSED and after.state == BreakerState.CLOSED:
        incidents.end(connection, now=now)


def release_quota(connection: Connection, *, now: datetime, until: datetime) -> ReleaseQuota:
    """Return how many messages may be released to reach the senders before `until`."""
    breaker, limiter = load_state(connection)
    starts_at = max(filter(None, (now, breaker.probe_at, limiter.hold_until, limiter.next_release_at)))
    if breaker.state != BreakerState.CLOSED:
        return ReleaseQuota(PROBE_MESSAGES if starts_at < until else 0, starts_at)
    if not limiter.is_limited(now):
        return ReleaseQuota(None if starts_at < until else 0, starts_at)
    interval = timedelta(seconds=1 / limiter.rate_at(now))
    return ReleaseQuota(max(0, (until - starts_at) // interval), starts_at, interval)


def use_release_quota(engine: Engine, quota: ReleaseQuota, *, messages: int) -> None:
    """Record that messages of a quota have been released.

    It takes a transaction of its own: senders lock the provider's row before the running counts.
    """
    if messages and quota.messages is not None:
        step = quota.interval * messages or PROBE_TIMEOUT
        with engine.begin() as connection:
            connection.execute(update(provider).values(next_release_at=quota.starts_at + step))


def _lock(connection: Connection, name: str) -> tuple[Breaker, RateLimiter]:
    connection.execute(
        insert(provider).values(name=name, **asdict(Breaker()), **asdict(RateLimiter())).on_conflict_do_nothing()
    )
    return _read(connection.execute(select(provider).where(provider.c.name == name).with_for_update()).one())


def _read(row: Row[Any] | None) -> tuple[Breaker, RateLimiter]:
    if row is None:
        return Breaker(), RateLimiter()
    values = row._mapping
    return (
        Breaker(
            **{field.name: values[field.name] for field in fields(Breaker)}
            | {"reason_code": reason_from_code(row.reason_code)}
        ),
        RateLimiter(**{field.name: values[field.name] for field in fields(RateLimiter)}),
    )


def _write(connection: Connection, name: str, breaker: Breaker, limiter: RateLimiter) -> None:
    connection.execute(update(provider).where(provider.c.name == name).values(**asdict(breaker), **asdict(limiter)))
