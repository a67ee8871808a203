"""Learning of the provider's limit: each rate is measured, and the next one follows from what the provider accepts.

free ── throttled calls ──> growing ── throttled calls ──> holding ── after a while ──> probing
                               ^ <── none: a higher rate, up to free     ^── throttled calls ──│
                               └──────────────────────── none ─────────────────────────────────┘

A few throttled calls are about their messages, and change nothing (docs/decisions/0050-measured-rate-limit.md).
"""

from dataclasses import replace
from datetime import datetime, timedelta

from notifications.contracts.enumerations import RatePhase
from notifications.providers.rate_limiter import AHEAD, CEILING, FORGOTTEN_AFTER, SECOND, BatchCalls, RateLimiter
from notifications.providers.rate_measurement import (
    DROP,
    RELIABLE_CALLS,
    counted,
    excess,
    held_calls,
    is_over,
    is_significant,
    is_useless_cut,
    shows_lower_limit,
    shows_no_tolerated_share,
)

FLOOR = 1.0
# First rate after throttled calls, when nothing is known of the limit. It doubles while the provider accepts it.
START = 50.0
LARGEST_GROWTH = 1.0
# So many throttled calls mean a limit before the measurement is over, while none is known.
ENOUGH_THROTTLED = 8
# A rate above a probe that passed grows by little first, since few calls may have passed by chance.
FIRST_GROWTH = 0.12
# Share of the accepted rate that is held after a cut. The provider may have been down for a part of the measurement.
MARGIN = 0.98
LARGEST_CUT = 0.1
# A provider that counts by the second has used one up after calls far above its limit.
LARGE_CUT = 0.95
# The held rate falls a little at this average share of throttled calls, and rises a little at less than half of it.
MAX_NOISE = 0.015
LARGEST_NOISE_CUT = 0.02
AVERAGED_CALLS = 128
LARGEST_WEIGHT = 0.25
HELD_CREEP = 0.0015
# The rate is held until the next probe for this time, or as long as this number of calls takes; then twice as long.
HELD_TIME = timedelta(seconds=5)
HELD_CALLS = 250
# A provider that accepted more a short while ago is probed after this time.
HELD_AFTER_DROP = timedelta(seconds=3)
MEMORY = timedelta(minutes=2)
# The messages of a probe are on the queue by then.
BEFORE_PROBE = timedelta(seconds=1.3)
# A failed probe raises the rate by this share at most.
LARGEST_CREEP = 0.01

# A share of throttled calls that does not depend on the rate is tolerated for this time.
TOLERATED_FOR = timedelta(minutes=10)
# At a share from here on, the provider's pause is for all calls.
MAJORITY = 0.5
SLOWED_FACTOR = 0.8
SLOWED_INTERVAL = timedelta(seconds=5)


def learn(limiter: RateLimiter, batch: BatchCalls, *, now: datetime) -> RateLimiter:
    """Return the limiter after a batch."""
    if not limiter.is_limited(now):
        return _limited_by(limiter, batch, now) if batch.throttled_at else _slowed(limiter, batch, now)
    after = counted(limiter, batch)
    if after.rate >= CEILING and after.throttled >= ENOUGH_THROTTLED and is_significant(after):
        return _started(after, batch, now)
    return _judged(after, batch, now) if is_over(after, batch, now=now) else _slowed(after, batch, now)


def _limited_by(limiter: RateLimiter, batch: BatchCalls, now: datetime) -> RateLimiter:
    """Return the limiter after the first throttled calls: at a low rate, or only counting if they were few."""
    first = replace(limiter, accepted=len(batch.accepted_at), throttled=len(batch.throttled_at))
    return _started(first, batch, now) if is_significant(first) else _at(first, RatePhase.GROWING, CEILING, now)


def _started(limiter: RateLimiter, batch: BatchCalls, now: datetime) -> RateLimiter:
    """Return the limiter at the first rate: nothing is known of the limit."""
    known = replace(limiter, good_at=None, share=0.0, growth=LARGEST_GROWTH, noise=0.0, is_confirmed=False)
    return _at(_held_by(known, batch, now), RatePhase.GROWING, START, now)


def _judged(limiter: RateLimiter, batch: BatchCalls, now: datetime) -> RateLimiter:
    """Return the limiter after a measurement."""
    if limiter.tolerated_until and now >= limiter.tolerated_until:
        limiter = replace(limiter, tolerated=0.0, tolerated_until=None)
    if shows_lower_limit(limiter):
        return _throttled(limiter, batch, now)
    if limiter.accepted < min(RELIABLE_CALLS, limiter.rate / 2):
        # The provider was down, or there was little to send.
        return _unused(limiter, limiter.phase, now)
    if limiter.accepted >= RELIABLE_CALLS and shows_no_tolerated_share(limiter):
        limiter = replace(limiter, share=0.0, tolerated=0.0, tolerated_until=None)
    match limiter.phase:
        case RatePhase.HOLDING:
            return _held(limiter, now)
        case RatePhase.PROBING:
            return _probed(limiter, now)
        case _:
            return _grown(limiter, now)


def _held(limiter: RateLimiter, now: datetime) -> RateLimiter:
    """Return the limiter after a measurement of the held rate."""
    weight = min(limiter.calls / AVERAGED_CALLS, LARGEST_WEIGHT)
    noise = limiter.noise + weight * (excess(limiter) - limiter.noise)
    if noise > MAX_NOISE:
        lower = max(limiter.rate * (1 - min(noise, LARGEST_NOISE_CUT)), FLOOR)
        return _at(replace(limiter, noise=noise / 2), RatePhase.HOLDING, lower, now)
    held = replace(limiter, noise=noise)
    if not _has_dropped(limiter, limiter.rate, now):
        held = replace(held, good_rate=limiter.rate, good_at=now)
    if limiter.probe_due_at is None or now >= limiter.probe_due_at:
        return replace(_at(held, RatePhase.PROBING, held.rate, now), measured_from=now + BEFORE_PROBE)
    return _at(held, RatePhase.HOLDING, held.rate * (1 + HELD_CREEP if noise < MAX_NOISE / 2 else 1), now)


def _probed(limiter: RateLimiter, now: datetime) -> RateLimiter:
    if is_significant(limiter, fewest=1):
        passed = max(0.0, limiter.accepted - held_calls(limiter))
        rate = limiter.rate + min(passed / 2, LARGEST_CREEP * limiter.rate)
        return _holding(replace(limiter, is_confirmed=True), rate, now)
    if limiter.calls < held_calls(limiter) + (limiter.probe_rate - limiter.rate) / 2:
        # There was too little to send for a probe.
        return _unused(limiter, RatePhase.HOLDING, now)
    higher = 0.95 * limiter.good_rate if _has_dropped(limiter, limiter.rate, now) else limiter.probe_rate
    known = replace(limiter, growth=FIRST_GROWTH, noise=0.0, is_confirmed=False)
    return _at(known, RatePhase.GROWING, min(higher, CEILING), now)


def _grown(limiter: RateLimiter, now: datetime) -> RateLimiter:
    if limiter.rate >= CEILING:
        return replace(limiter, phase=RatePhase.FREE, rate=CEILING)
    if limiter.calls < DROP * limiter.rate:
        # Its messages are not on the queue yet.
        return _unused(limiter, RatePhase.GROWING, now)
    higher = min(limiter.rate * (1 + limiter.growth), CEILING)
    return _at(replace(limiter, growth=min(2 * limiter.growth, LARGEST_GROWTH)), RatePhase.GROWING, higher, now)


def _unused(limiter: RateLimiter, phase: RatePhase, now: datetime) -> RateLimiter:
    """Return the limiter after a measurement with too few calls: without a limit if none was exceeded for long."""
    if limiter.cut_at is None or now >= limiter.cut_at + FORGOTTEN_AFTER:
        return replace(limiter, phase=RatePhase.FREE, rate=CEILING)
    return _at(limiter, phase, limiter.rate, now)


def _throttled(limiter: RateLimiter, batch: BatchCalls, now: datetime) -> RateLimiter:
    """Return the limiter after a measurement that shows a lower limit."""
    share = limiter.throttled_share
    if is_useless_cut(limiter) and share < MAJORITY:
        until = now + TOLERATED_FOR
        tolerant = replace(limiter, tolerated=share, tolerated_until=until, share=0.0, growth=LARGEST_GROWTH)
        return _at(tolerant, RatePhase.GROWING, limiter.share_rate, now)
    known = limiter if limiter.share else replace(limiter, share=share, share_rate=limiter.rate)
    rate = max(MARGIN * (1 - excess(limiter)), LARGEST_CUT) * limiter.rate
    if limiter.calls < RELIABLE_CALLS:
        rate = max(rate, limiter.rate / 2)
    return _holding(_held_by(replace(known, noise=0.0, is_confirmed=False), batch, now), max(rate, FLOOR), now)


def _has_dropped(limiter: RateLimiter, rate: float, now: datetime) -> bool:
    """Return True if a rate is much lower than the provider has accepted a short while ago."""
    remembers = limiter.good_at is not None and now < limiter.good_at + MEMORY
    return remembers and rate < DROP * limiter.good_rate


def _holding(limiter: RateLimiter, rate: float, now: datetime) -> RateLimiter:
    held = max(HELD_TIME, SECOND * HELD_CALLS / rate) * (2 if limiter.is_confirmed else 1)
    until = now + (HELD_AFTER_DROP if _has_dropped(limiter, rate, now) else held)
    return _at(replace(limiter, probe_due_at=until), RatePhase.HOLDING, rate, now)


def _held_by(limiter: RateLimiter, batch: BatchCalls, now: datetime) -> RateLimiter:
    """Return the limiter with the pause that the provider asks for when it accepts few calls."""
    if not batch.retry_after or limiter.throttled_share < MAJORITY:
        return limiter
    return replace(limiter, hold_until=max(filter(None, (limiter.hold_until, now + batch.retry_after))))


def _slowed(limiter: RateLimiter, batch: BatchCalls, now: datetime) -> RateLimiter:
    if not batch.are_slow or (limiter.cut_at is not None and now < limiter.cut_at + SLOWED_INTERVAL):
        return limiter
    known = limiter if limiter.is_limited(now) else replace(limiter, good_rate=CEILING, good_at=now)
    return _holding(known, max(limiter.rate_at(now) * SLOWED_FACTOR, FLOOR), now)


def _at(limiter: RateLimiter, phase: RatePhase, rate: float, now: datetime) -> RateLimiter:
    """Return the limiter with a phase and rate, measured when the calls that were granted before have been made."""
    measured_from = now if rate == limiter.rate else now + AHEAD
    if rate < LARGE_CUT * limiter.rate:
        measured_from = max(now, limiter.hold_until or now) + AHEAD + SECOND
    changed = limiter.with_rate(rate, now=now)
    return replace(changed, phase=phase, measured_from=measured_from, accepted=0, throttled=0)
