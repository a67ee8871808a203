"""Rate limiter of a provider, shared by all senders: the rate, and the times of the calls that it allows.

`rate_learning` changes the rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from notifications.contracts.enumerations import RatePhase

SECOND = timedelta(seconds=1)
# Messages a second. At the ceiling there is no limit.
CEILING = 1_000.0
# A probe calls so much more than the held rate, for a second.
PROBE_SHARE = 0.06
PROBE_CALLS = 2.0
PROBE_TIME = SECOND
# A provider that counts by the second may throttle the calls after the probe instead.
AFTER_PROBE = timedelta(seconds=0.5)
# A low rate is measured for as long as this number of calls takes, if that is more than a second.
MEASURED_CALLS = 8
# A limit is forgotten when nothing was called for this time, or when too little was called to exceed it.
FORGOTTEN_AFTER = timedelta(minutes=10)

# Calls are granted before their times, so that senders make them at even intervals.
AHEAD = timedelta(seconds=0.3)
# Unused calls of this time may be made later.
BURST = timedelta(seconds=0.1)


@dataclass(frozen=True, slots=True)
class BatchCalls:
    """Calls of one batch, as far as they concern the rate.

    Attributes:
        accepted_at, throttled_at: start times of the accepted and of the throttled calls.
        retry_after: longest pause that the provider has asked for.
        are_slow: True if the calls took much longer than usual.
    """

    accepted_at: Sequence[datetime] = ()
    throttled_at: Sequence[datetime] = ()
    retry_after: timedelta | None = None
    are_slow: bool = False

    @property
    def first_at(self) -> datetime | None:
        """Return the start of the first call; None if there was none."""
        return min((*self.accepted_at, *self.throttled_at), default=None)


@dataclass(frozen=True, slots=True)
class RateLimiter:
    """State of a provider's rate limiter.

    Attributes:
        rate: messages a second.
        cut_at: time of the last cut of the rate; None before the first.
        measured_from: calls that start in the second from then on are counted.
        accepted, throttled: numbers of these calls.
        probe_due_at: time of the next probe.
        good_rate, good_at: the last rate that the provider accepted for long, and when it last did.
        share, share_rate: share of throttled calls since the last rate that had none, and the first rate that had it.
        tolerated, tolerated_until: share of throttled calls that does not depend on the rate, and until when.
        growth: share by which the rate grows next.
        noise: average share of throttled calls at the held rate.
        is_confirmed: True if the last probe found the same limit.
        hold_until: end of a pause that the provider has asked for.
        next_call_at: send time of the next call, while there is a limit.
        next_release_at: send time of the next message that the dispatcher releases, while there is a limit.
    """

    phase: RatePhase = RatePhase.FREE
    rate: float = CEILING
    cut_at: datetime | None = None
    measured_from: datetime | None = None
    accepted: int = 0
    throttled: int = 0
    probe_due_at: datetime | None = None
    good_rate: float = CEILING
    good_at: datetime | None = None
    share: float = 0.0
    share_rate: float = CEILING
    tolerated: float = 0.0
    tolerated_until: datetime | None = None
    growth: float = 0.0
    noise: float = 0.0
    is_confirmed: bool = False
    hold_until: datetime | None = None
    next_call_at: datetime | None = None
    next_release_at: datetime | None = None

    def rate_at(self, now: datetime) -> float:
        """Return the rate in messages a second."""
        if not self.is_limited(now):
            return CEILING
        if self.phase == RatePhase.PROBING and self._is_in_probe(now):
            return min(CEILING, self.probe_rate)
        return self.rate

    def _is_in_probe(self, at: datetime) -> bool:
        return self.measured_from is not None and timedelta(0) <= at - self.measured_from < PROBE_TIME

    def is_limited(self, now: datetime) -> bool:
        """Return True if calls must be taken, and their results reported."""
        if self.phase == RatePhase.FREE or self.measured_from is None:
            return False
        return now < self.measured_from + FORGOTTEN_AFTER

    def is_held(self, now: datetime) -> bool:
        """Return True during a pause that the provider has asked for."""
        return self.hold_until is not None and self.hold_until > now

    def take(self, wanted: int, *, now: datetime) -> tuple[int, Self]:
        """Return how many of the calls may be made, and the limiter after them: it knows their `call_times`."""
        gap = self.gap_at(now)
        first = max(self.next_call_at or now, now - BURST)
        granted = min(wanted, max(0, 1 + (now + max(AHEAD, gap) - first) // gap))
        return granted, replace(self, next_call_at=first + granted * gap)

    def call_times(self, calls: int, *, now: datetime) -> list[datetime]:
        """Return the times of the calls that were taken last."""
        gap = self.gap_at(now)
        return [(self.next_call_at or now) - (calls - number) * gap for number in range(calls)]

    def with_rate(self, rate: float, *, now: datetime) -> Self:
        """Return the limiter with another rate, at which messages leave that are already on the queue."""
        if rate == self.rate:
            return self
        released = self.next_release_at
        if released is not None and released > now:
            released = now + (released - now) * (self.rate / rate)
        return replace(self, rate=rate, cut_at=now if rate < self.rate else self.cut_at, next_release_at=released)

    def give_back(self, calls: int, *, now: datetime) -> Self:
        """Return the limiter without the calls that were taken last."""
        if self.next_call_at is None:
            return self
        return replace(self, next_call_at=self.next_call_at - calls * self.gap_at(now))

    def gap_at(self, now: datetime) -> timedelta:
        """Return the time between two calls."""
        return timedelta(seconds=1 / self.rate_at(now))

    @property
    def probe_rate(self) -> float:
        """Return the rate of a probe."""
        return self.rate * (1 + PROBE_SHARE) + PROBE_CALLS

    @property
    def measuring_time(self) -> timedelta:
        """Return how long the rate is measured."""
        match self.phase:
            case RatePhase.PROBING:
                return PROBE_TIME + AFTER_PROBE
            case RatePhase.HOLDING:
                return max(SECOND, SECOND * MEASURED_CALLS / self.rate)
            case _:
                return SECOND

    def measures(self, at: datetime) -> bool:
        """Return True if a call that starts at this time is counted."""
        return self.measured_from is not None and timedelta(0) <= at - self.measured_from < self.measuring_time

    @property
    def calls(self) -> int:
        """Return the number of calls of the measurement."""
        return self.accepted + self.throttled

    @property
    def throttled_share(self) -> float:
        """Return the share of throttled calls in the measurement."""
        return self.throttled / max(1, self.calls)
