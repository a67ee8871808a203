"""Measurement of a rate: the counted calls, and what the throttled ones among them mean."""

from dataclasses import replace
from datetime import datetime

from notifications.contracts.enumerations import RatePhase
from notifications.providers.rate_limiter import SECOND, BatchCalls, RateLimiter

# Throttled calls that mean a limit of the provider: a share of the calls, and at least so many.
MIN_SHARE = 0.02
MIN_THROTTLED = 2
# From this share on, the held rate follows at once. A smaller one is averaged over some measurements.
CLEAR_SHARE = 0.1
# A probe of which the provider accepts less than this part of the held rate means a lower limit.
DROP = 0.8
# Fewer calls measure no rate.
RELIABLE_CALLS = 8
# A share of throttled calls that stays the same at this part of the rate does not depend on the rate.
USELESS_CUT = 0.45
# Of so many expected throttled calls at least one is seen.
SURE_CALLS = 5


def counted(limiter: RateLimiter, batch: BatchCalls) -> RateLimiter:
    """Return the limiter with the calls of a batch that belong to its measurement."""
    return replace(
        limiter,
        accepted=limiter.accepted + sum(map(limiter.measures, batch.accepted_at)),
        throttled=limiter.throttled + sum(map(limiter.measures, batch.throttled_at)),
    )


def is_over(limiter: RateLimiter, batch: BatchCalls, *, now: datetime) -> bool:
    """Return True if the batch began after the measurement, long enough for earlier batches to have been answered."""
    if batch.first_at is None or limiter.measured_from is None:
        return False
    # Batches that began earlier may still be under way: half of a batch's time is waited for them.
    return batch.first_at >= limiter.measured_from + limiter.measuring_time + (now - batch.first_at) / 2


def excess(limiter: RateLimiter) -> float:
    """Return the share of throttled calls beyond the tolerated one; negative if it is smaller."""
    return (limiter.throttled_share - limiter.tolerated) / (1 - limiter.tolerated)


def is_significant(limiter: RateLimiter, fewest: int = MIN_THROTTLED) -> bool:
    """Return True if more calls were throttled than the tolerated share explains, by two standard deviations."""
    calls, tolerated = limiter.calls, limiter.tolerated
    by_chance = calls * tolerated + 2 * (calls * tolerated * (1 - tolerated)) ** 0.5
    return limiter.throttled - by_chance >= fewest and excess(limiter) >= MIN_SHARE


def shows_lower_limit(limiter: RateLimiter) -> bool:
    """Return True if the provider accepts clearly less than the rate. For a probe that is the held rate."""
    if not is_significant(limiter):
        return False
    match limiter.phase:
        case RatePhase.PROBING:
            return limiter.accepted < DROP * held_calls(limiter) * (1 - limiter.tolerated)
        case RatePhase.HOLDING:
            return excess(limiter) >= CLEAR_SHARE
        case _:
            return True


def is_useless_cut(limiter: RateLimiter) -> bool:
    """Return True if a much lower rate has not changed the share of throttled calls."""
    is_lower = limiter.rate <= USELESS_CUT * limiter.share_rate and limiter.accepted >= RELIABLE_CALLS
    return is_lower and limiter.share / 2 <= limiter.throttled_share <= limiter.share * 1.5


def shows_no_tolerated_share(limiter: RateLimiter) -> bool:
    """Return True if no call was throttled, although the tolerated share would have throttled some."""
    return not limiter.throttled and (not limiter.tolerated or limiter.accepted * limiter.tolerated >= SURE_CALLS)


def held_calls(limiter: RateLimiter) -> float:
    """Return the calls of a measurement at the held rate."""
    return limiter.rate * (limiter.measuring_time / SECOND)
