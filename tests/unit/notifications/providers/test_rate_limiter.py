"""Reduction of the rate after failures, recovery over time, and spreading of calls."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifications.providers.rate_limiter import (
    BURST,
    CEILING,
    CUT_INTERVAL,
    FLOOR,
    GAIN_PER_SECOND,
    MIN_BURST_CALLS,
    THROTTLED_FACTOR,
    RateLimiter,
)

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def limited(rate: float) -> RateLimiter:
    return RateLimiter(rate=rate, cut_at=NOW)


def test_there_is_no_limit_before_the_first_cut() -> None:
    assert RateLimiter().rate_at(NOW) == CEILING
    assert not RateLimiter().is_limited(NOW)


def test_the_rate_recovers_over_time_after_a_cut() -> None:
    cut = RateLimiter().cut(THROTTLED_FACTOR, now=NOW)
    assert cut.rate_at(NOW) == CEILING * THROTTLED_FACTOR
    assert cut.rate_at(NOW + 10 * SECOND) == CEILING * THROTTLED_FACTOR + 10 * GAIN_PER_SECOND
    assert cut.rate_at(NOW + timedelta(days=1)) == CEILING
    assert not cut.is_limited(NOW + timedelta(days=1))


def test_a_clock_that_is_behind_causes_no_further_cut() -> None:
    assert limited(100).rate_at(NOW - SECOND) == 100


def test_cuts_in_quick_succession_count_once() -> None:
    cut = RateLimiter().cut(THROTTLED_FACTOR, now=NOW)
    assert cut.cut(THROTTLED_FACTOR, now=NOW + CUT_INTERVAL - timedelta(milliseconds=1)) is cut
    later = cut.cut(THROTTLED_FACTOR, now=NOW + CUT_INTERVAL)
    assert later.rate_at(NOW + CUT_INTERVAL) == (CEILING * THROTTLED_FACTOR + 1) * THROTTLED_FACTOR


def test_the_rate_never_falls_below_the_floor() -> None:
    limiter = RateLimiter()
    for second in range(60):
        limiter = limiter.cut(THROTTLED_FACTOR, now=NOW + second * SECOND)
    assert limiter.rate >= FLOOR


def test_the_longer_of_two_pauses_applies() -> None:
    held = RateLimiter().hold(NOW + 10 * SECOND)
    assert held.hold(None) is held
    assert held.hold(NOW + 5 * SECOND) is held
    assert held.hold(NOW + 20 * SECOND).hold_until == NOW + 20 * SECOND
    assert held.is_held(NOW + 9 * SECOND)
    assert not held.is_held(NOW + 10 * SECOND)


def test_unused_calls_allow_a_burst() -> None:
    granted, limiter = limited(10).take(1_000, now=NOW)
    assert granted == 10 * BURST // SECOND
    assert limiter.take(1_000, now=NOW)[0] == 0
    assert limiter.take(1_000, now=NOW + SECOND)[0] == 10 + GAIN_PER_SECOND


def test_a_whole_batch_is_allowed_at_a_low_rate() -> None:
    granted, _ = limited(1).take(1_000, now=NOW)
    assert granted == MIN_BURST_CALLS


def test_no_more_calls_are_reserved_than_requested() -> None:
    granted, limiter = limited(100).take(3, now=NOW)
    assert granted == 3
    assert limiter.take(1_000, now=NOW)[0] == 100 * BURST // SECOND - 3


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(0, 50)), min_size=1, max_size=50), st.integers(10, 500))
def test_the_rate_is_kept_for_any_senders_at_any_times(asked: list[tuple[float, int]], rate: int) -> None:
    limiter, now, taken = RateLimiter(rate=rate, cut_at=NOW), NOW, 0
    for pause, wanted in asked:
        now += timedelta(seconds=pause)
        # At the reduced rate.
        limiter = RateLimiter(rate=rate, cut_at=now, next_call_at=limiter.next_call_at)
        granted, limiter = limiter.take(wanted, now=now)
        assert 0 <= granted <= wanted
        taken += granted
    assert taken <= rate * ((now - NOW) + BURST).total_seconds() + 1
