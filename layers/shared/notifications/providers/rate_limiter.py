"""Rate limiter of a provider, shared by all senders: additive increase, multiplicative decrease.

Throttling and slow calls cut the rate, and it grows with time. It is computed from the last cut, so that successful
calls write nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

# Messages a second. At the ceiling there is no limit.
CEILING = 1_000.0
FLOOR = 1.0
GAIN_PER_SECOND = 1.0
# Factors by which the rate is cut when the provider throttles, and when it grows slow.
THROTTLED_FACTOR = 0.5
SLOWED_FACTOR = 0.8
# Calls under way at a cut may be throttled too: they must not cut again.
CUT_INTERVAL = timedelta(seconds=1)
# Unused calls of this time may be made at once, because calls come in batches.
BURST = timedelta(seconds=2)
MIN_BURST_CALLS = 10


@dataclass(frozen=True, slots=True)
class RateLimiter:
    """State of a provider's rate limiter.

    Attributes:
        rate: messages a second at `cut_at`.
        cut_at: time of the last cut; None before the first.
        hold_until: end of a pause that the provider has asked for.
        next_call_at: time of the next call, while there is a limit.
        next_release_at: send time of the next message that the dispatcher releases, while there is a limit.
    """

    rate: float = CEILING
    cut_at: datetime | None = None
    hold_until: datetime | None = None
    next_call_at: datetime | None = None
    next_release_at: datetime | None = None

    def rate_at(self, now: datetime) -> float:
        """Return the rate in messages a second."""
        if self.cut_at is None:
            return self.rate
        return min(CEILING, self.rate + max((now - self.cut_at).total_seconds(), 0) * GAIN_PER_SECOND)

    def is_limited(self, now: datetime) -> bool:
        """Return True if the rate is below the ceiling."""
        return self.rate_at(now) < CEILING

    def is_held(self, now: datetime) -> bool:
        """Return True during a pause that the provider has asked for."""
        return self.hold_until is not None and self.hold_until > now

    def cut(self, factor: float, *, now: datetime) -> Self:
        """Return the limiter with its rate cut by a factor, at most once per `CUT_INTERVAL`."""
        if self.cut_at is not None and now < self.cut_at + CUT_INTERVAL:
            return self
        return replace(self, rate=max(FLOOR, self.rate_at(now) * factor), cut_at=now)

    def hold(self, until: datetime | None) -> Self:
        """Return the limiter with a pause that the provider has asked for; None for no pause."""
        if until is None or (self.hold_until is not None and self.hold_until >= until):
            return self
        return replace(self, hold_until=until)

    def take(self, wanted: int, *, now: datetime) -> tuple[int, Self]:
        """Return how many of the calls may be made now, and the limiter after them."""
        gap = timedelta(seconds=1 / self.rate_at(now))
        burst = max(BURST, gap * MIN_BURST_CALLS)
        next_call_at = max(self.next_call_at or now - burst, now - burst)
        granted = min(wanted, max(0, (now - next_call_at) // gap))
        return granted, replace(self, next_call_at=next_call_at + granted * gap)
