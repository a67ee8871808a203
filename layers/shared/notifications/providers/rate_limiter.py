"""The pace: how many messages a second the provider is given, by all senders together.

Additive increase, multiplicative decrease: trouble cuts the rate, and time alone raises it again. So the rate is
worked out from the last cut, and nothing is written while all goes well.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

# At the ceiling there is no limit.
CEILING = 1_000.0
FLOOR = 1.0
GAIN_PER_SECOND = 1.0
# What is left of the rate when the provider throttles, and when it grows slow.
THROTTLED_FACTOR = 0.5
SLOWED_FACTOR = 0.8
# Calls under way at a cut do not know of it: their complaints are the same one.
CUT_INTERVAL = timedelta(seconds=1)
# How much later than its turn a call may come and still have it: batches come in bursts.
BURST = timedelta(seconds=2)
MIN_BURST_CALLS = 10


@dataclass(frozen=True, slots=True)
class RateLimiter:
    """What is remembered of a provider's limiter.

    Args:
        rate: messages a second, as of `cut_at`.
        cut_at: when it was last cut; None for never.
        hold_until: the provider asked to be left alone until then.
        next_call_at: the turn of the next call, while there is a limit.
        next_release_at: the turn of the next message to leave the dispatcher.
    """

    rate: float = CEILING
    cut_at: datetime | None = None
    hold_until: datetime | None = None
    next_call_at: datetime | None = None
    next_release_at: datetime | None = None

    def rate_at(self, now: datetime) -> float:
        """Messages a second at a moment."""
        if self.cut_at is None:
            return self.rate
        return min(CEILING, self.rate + max((now - self.cut_at).total_seconds(), 0) * GAIN_PER_SECOND)

    def is_limited(self, now: datetime) -> bool:
        """Whether the rate is below the ceiling."""
        return self.rate_at(now) < CEILING

    def is_held(self, now: datetime) -> bool:
        """Whether the provider is to be left alone."""
        return self.hold_until is not None and self.hold_until > now

    def cut(self, factor: float, *, now: datetime) -> Self:
        """The limiter after trouble, at most one cut every `CUT_INTERVAL`."""
        if self.cut_at is not None and now < self.cut_at + CUT_INTERVAL:
            return self
        return replace(self, rate=max(FLOOR, self.rate_at(now) * factor), cut_at=now)

    def hold(self, until: datetime | None) -> Self:
        """The limiter after the provider has asked to be left alone until a moment."""
        if until is None or (self.hold_until is not None and self.hold_until >= until):
            return self
        return replace(self, hold_until=until)

    def take(self, wanted: int, *, now: datetime) -> tuple[int, Self]:
        """How many of the calls wanted have their turn now, and the limiter after them."""
        gap = timedelta(seconds=1 / self.rate_at(now))
        burst = max(BURST, gap * MIN_BURST_CALLS)
        turn = max(self.next_call_at or now - burst, now - burst)
        granted = min(wanted, max(0, (now - turn) // gap))
        return granted, replace(self, next_call_at=turn + granted * gap)
