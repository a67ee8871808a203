"""Quotas: how many messages the provider's health lets a sender send, and the dispatcher release."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from notifications.contracts.enumerations import BreakerState
from notifications.providers import health
from notifications.providers.circuit_breaker import PROBE_MESSAGES, PROBE_TIMEOUT, Breaker
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


def unlimited_calls(breaker: Breaker, limiter: RateLimiter, *, wanted: int, now: datetime) -> CallQuota | None:
    """Return the quota of a whole batch, or None if the provider has a limit: then call `take_calls`.

    Args:
        wanted: the batch's number of messages.
    """
    if breaker.state != BreakerState.CLOSED or limiter.is_held(now) or limiter.is_limited(now):
        return None
    return CallQuota(wanted, now, is_healthy=breaker.is_clean)


def take_calls(connection: Connection, name: str, *, wanted: int, now: datetime) -> CallQuota:
    """Take calls for a batch. Begins a transaction, which is committed before the calls are made.

    Args:
        name: the provider. The state of another one is dropped.
        wanted: the batch's number of messages.
    """
    health.drop_other_state(connection, name, now=now)
    breaker, limiter = health.lock_state(connection, name)
    if breaker.state != BreakerState.CLOSED:
        if breaker.probe_at is not None and breaker.probe_at > now:
            return CallQuota(0, breaker.probe_at)
        probing = breaker.with_probe_started(now=now)
        health.save_state(connection, name, probing, limiter)
        return CallQuota(min(wanted, PROBE_MESSAGES), now + PROBE_TIMEOUT, is_probe=True)
    if limiter.hold_until is not None and limiter.is_held(now):
        return CallQuota(0, limiter.hold_until)
    calls, limiter = limiter.take(wanted, now=now)
    health.save_state(connection, name, breaker, limiter)
    return CallQuota(calls, now + RATE_LIMIT_PAUSE, is_healthy=breaker.is_clean)


def release_probe(connection: Connection, name: str, *, now: datetime) -> None:
    """Release the probe in the same transaction when nothing of the batch can be sent: the next batch probes."""
    breaker, limiter = health.lock_state(connection, name)
    health.save_state(connection, name, breaker.with_probe_released(now=now), limiter)


def for_release(connection: Connection, *, now: datetime, until: datetime) -> ReleaseQuota:
    """Return how many messages may be released to reach the senders before `until`."""
    breaker, limiter = health.load_state(connection)
    starts_at = max(filter(None, (now, breaker.probe_at, limiter.hold_until, limiter.next_release_at)))
    if breaker.state != BreakerState.CLOSED:
        return ReleaseQuota(PROBE_MESSAGES if starts_at < until else 0, starts_at)
    if not limiter.is_limited(now):
        return ReleaseQuota(None if starts_at < until else 0, starts_at)
    interval = timedelta(seconds=1 / limiter.rate_at(now))
    return ReleaseQuota(max(0, (until - starts_at) // interval), starts_at, interval)


def record_release(engine: Engine, quota: ReleaseQuota, *, messages: int) -> None:
    """Record that messages of a quota have been released.

    It takes a transaction of its own: senders lock the provider's row before the running counts.
    """
    if messages and quota.messages is not None:
        step = quota.interval * messages or PROBE_TIMEOUT
        with engine.begin() as connection:
            health.save_next_release(connection, quota.starts_at + step)
