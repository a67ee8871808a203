"""Quotas: how many messages the health of the providers lets a sender send, and the dispatcher release."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from notifications.contracts.enumerations import BreakerState
from notifications.providers import health
from notifications.providers.circuit_breaker import PROBE_MESSAGES, Breaker
from notifications.providers.rate_limiter import SECOND, RateLimiter

# A message that the rate limit leaves no call for is due again after this.
RATE_LIMIT_PAUSE = timedelta(seconds=1)
# A message that meets an open breaker is due again after this at the latest: a probe may have closed it by then. The
# dispatcher releases it then.
OPEN_PAUSE = timedelta(seconds=1)
# While the breaker is open, one message is released for each of these.
PROBE_INTERVAL = timedelta(seconds=1)
# While there is a limit, the queue holds the messages of this time.
RELEASE_AHEAD = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class CallQuota:
    """Calls that a sender may make for a batch.

    Attributes:
        calls: number of messages that it may send.
        retry_at: time at which the others are due again.
        call_times: when the calls may be made, while there is a limit; empty for at once.
        is_probe: True if the calls probe the provider: a failure uses up no attempt.
        is_healthy: True if a batch without failures changes nothing, and need not be recorded.
    """

    calls: int
    retry_at: datetime
    call_times: Sequence[datetime] = ()
    is_probe: bool = False
    is_healthy: bool = False


@dataclass(frozen=True, slots=True)
class ReleaseQuota:
    """Messages that the dispatcher may release.

    Attributes:
        messages: their number; None for no limit.
        starts_at: earliest send time of the first one.
        until: only messages that are due before this time may be released.
        interval: shortest time between two of them.
    """

    messages: int | None
    starts_at: datetime
    until: datetime
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
        name: the provider.
        wanted: the batch's number of messages.
    """
    breaker, limiter = health.lock_state(connection, name, now=now)
    if breaker.state != BreakerState.CLOSED:
        if breaker.probe_at is not None and breaker.probe_at > now:
            return CallQuota(0, min(breaker.probe_at, now + OPEN_PAUSE))
        probing = breaker.with_probe_started(now=now)
        health.save_state(connection, name, probing, limiter)
        return CallQuota(min(wanted, PROBE_MESSAGES), now + OPEN_PAUSE, is_probe=True)
    if limiter.hold_until is not None and limiter.is_held(now):
        return CallQuota(0, limiter.hold_until)
    calls, limiter = limiter.take(wanted, now=now)
    health.save_state(connection, name, breaker, limiter)
    # All results are reported while there is a limit: they measure what the provider accepts.
    return CallQuota(calls, now + RATE_LIMIT_PAUSE, limiter.call_times(calls, now=now))


def take_further(connection: Connection, name: str, *, now: datetime) -> datetime | None:
    """Take the time of a further call for a message of a batch; None if there is none soon, or sending is paused."""
    breaker, limiter = health.lock_state(connection, name, now=now)
    if breaker.state != BreakerState.CLOSED or limiter.is_held(now):
        return None
    calls, limiter = limiter.take(1, now=now)
    health.save_state(connection, name, breaker, limiter)
    return next(iter(limiter.call_times(calls, now=now)), None)


def give_back(connection: Connection, name: str, *, calls: int, now: datetime) -> None:
    """Give back the last calls that were taken, in the same transaction: their messages were not claimed."""
    breaker, limiter = health.lock_state(connection, name, now=now)
    health.save_state(connection, name, breaker, limiter.give_back(calls, now=now))


def release_probe(connection: Connection, name: str, *, now: datetime) -> None:
    """Release the probe in the same transaction when nothing of the batch can be sent: the next batch probes."""
    breaker, limiter = health.lock_state(connection, name, now=now)
    health.save_state(connection, name, breaker.with_probe_released(now=now), limiter)


def for_release(connection: Connection, *, now: datetime, until: datetime) -> ReleaseQuota:
    """Return how many messages may be released to reach the senders before `until`, whichever provider sends them."""
    states = health.load_states(connection).values() or [health.HEALTHY]
    return _sum([release_quota(*each, now=now, until=until) for each in states])


def _sum(quotas: Sequence[ReleaseQuota]) -> ReleaseQuota:
    """Return the quota of all providers together: no limit if one of them has none."""
    if unlimited := next((each for each in quotas if each.messages is None), None):
        return unlimited
    earliest = min(quotas, key=lambda each: each.starts_at)
    usable = [each for each in quotas if each.messages]
    if not usable:
        return earliest
    rate = sum(SECOND / each.interval for each in usable)
    return ReleaseQuota(
        messages=sum(each.messages or 0 for each in usable),
        starts_at=earliest.starts_at,
        until=max(each.until for each in usable),
        interval=SECOND / rate,
    )


def release_quota(breaker: Breaker, limiter: RateLimiter, *, now: datetime, until: datetime) -> ReleaseQuota:
    """Return the quota that a breaker and a rate limiter leave before `until`.

    While there is a limit, little is released ahead, so that a mailing that begins need not wait for others.
    """
    starts_at = max(filter(None, (now, breaker.probe_at, limiter.hold_until, limiter.next_release_at)))
    if breaker.state != BreakerState.CLOSED:
        return _probe_quota(breaker, starts_at, now=now, until=until)
    if not limiter.is_limited(now):
        return ReleaseQuota(None if starts_at < until else 0, starts_at, until)
    interval = limiter.gap_at(starts_at)
    ahead = min(until, now + max(RELEASE_AHEAD, interval))
    return ReleaseQuota(max(0, math.ceil((ahead - starts_at) / interval)), starts_at, ahead, interval)


def _probe_quota(breaker: Breaker, starts_at: datetime, *, now: datetime, until: datetime) -> ReleaseQuota:
    """Return the quota while the breaker is open: nothing during a probe, then a message for each `PROBE_INTERVAL`."""
    # A message that is no longer to be sent does not probe: another one follows.
    ahead = min(until, max(now, breaker.probe_at or now) + PROBE_INTERVAL)
    is_under_way = breaker.state == BreakerState.PROBING and breaker.probe_at is not None and now < breaker.probe_at
    messages = 0 if is_under_way or starts_at >= ahead else PROBE_MESSAGES
    return ReleaseQuota(messages, starts_at, ahead, PROBE_INTERVAL)


def record_release(engine: Engine, quota: ReleaseQuota, *, messages: int) -> None:
    """Record that messages of a quota have been released.

    It takes a transaction of its own: senders lock the provider's row before the running counts.
    """
    if messages and quota.messages is not None:
        with engine.begin() as connection:
            health.save_next_release(connection, quota.starts_at + quota.interval * messages)
