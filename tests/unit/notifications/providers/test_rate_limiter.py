"""Measurement of the provider's limit: first cut, growth, probes, and what is no limit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifications.contracts.enumerations import RatePhase
from notifications.providers.rate_learning import BEFORE_PROBE, START, TOLERATED_FOR, learn
from notifications.providers.rate_limiter import AHEAD, BURST, CEILING, FORGOTTEN_AFTER, BatchCalls, RateLimiter
from tests.support.providers.calls import throttled

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def holding(rate: float) -> RateLimiter:
    """Return a limiter that holds a rate, and measures it from now on."""
    return RateLimiter(phase=RatePhase.HOLDING, rate=rate, cut_at=NOW, measured_from=NOW, probe_due_at=NOW + SECOND)


def measured(
    limiter: RateLimiter, *, accepted: int, refused: int = 0, retry_after: timedelta | None = None
) -> RateLimiter:
    """Return the limiter after its measurement, judged by a call that starts after it."""
    assert limiter.measured_from
    inside = limiter.measured_from + SECOND / 2
    counted = learn(limiter, BatchCalls([inside] * accepted, [inside] * refused, retry_after), now=inside)
    later = limiter.measured_from + 10 * SECOND
    return learn(counted, BatchCalls([later], retry_after=retry_after), now=later)


def test_there_is_no_limit_before_throttled_calls() -> None:
    assert RateLimiter().rate_at(NOW) == CEILING
    assert not RateLimiter().is_limited(NOW)
    assert learn(RateLimiter(), BatchCalls([NOW] * 10), now=NOW) == RateLimiter()


def test_one_throttled_call_is_about_its_message() -> None:
    after = learn(RateLimiter(), BatchCalls([NOW] * 9, [NOW], timedelta(minutes=5)), now=NOW)
    assert (after.rate_at(NOW), after.hold_until) == (CEILING, None)


def test_throttled_calls_of_a_share_lower_the_rate_for_all() -> None:
    after = learn(RateLimiter(), BatchCalls([NOW] * 6, [NOW] * 4, timedelta(seconds=2)), now=NOW)
    assert after.rate_at(NOW) == START
    assert after.hold_until is None


def test_a_majority_of_throttled_calls_pauses_all_as_the_provider_asks() -> None:
    after = learn(RateLimiter(), BatchCalls([NOW] * 4, [NOW] * 6, timedelta(seconds=2)), now=NOW)
    assert after.is_held(NOW + SECOND)
    assert not after.is_held(NOW + 2 * SECOND)
    shorter = learn(after, throttled(NOW + SECOND, retry_after=timedelta(0)), now=NOW + SECOND)
    assert shorter.hold_until == after.hold_until


def test_a_rate_that_is_accepted_grows_to_no_limit() -> None:
    limiter = learn(RateLimiter(), throttled(NOW), now=NOW)
    rates = []
    for _ in range(10):
        rates.append(limiter.rate)
        limiter = measured(limiter, accepted=round(limiter.rate))
    assert limiter.phase == RatePhase.FREE
    assert rates[0] == START
    assert rates == sorted(rates)


def test_the_measured_rate_is_held() -> None:
    limiter = learn(RateLimiter(), throttled(NOW), now=NOW)
    limiter = measured(limiter, accepted=50)
    assert limiter.rate == 100
    limiter = measured(limiter, accepted=80, refused=20)
    assert limiter.phase == RatePhase.HOLDING
    assert 76 <= limiter.rate <= 80


def test_many_throttled_calls_mean_a_limit_before_the_first_measurement_is_over() -> None:
    limiter = learn(RateLimiter(), BatchCalls([NOW] * 9, [NOW]), now=NOW)
    assert limiter.rate == CEILING
    assert learn(limiter, throttled(NOW, calls=8), now=NOW).rate == START


def test_a_probe_that_fails_keeps_the_rate_and_one_that_passes_raises_it() -> None:
    probing = measured(holding(100), accepted=100)
    assert probing.phase == RatePhase.PROBING
    assert measured(probing, accepted=150, refused=8).rate == 100
    passed = measured(probing, accepted=158)
    assert (passed.phase, passed.rate) == (RatePhase.GROWING, 108)


def test_a_probe_that_nothing_was_sent_for_changes_nothing() -> None:
    after = measured(measured(holding(100), accepted=100), accepted=100)
    assert (after.phase, after.rate) == (RatePhase.HOLDING, 100)


def test_a_probe_at_a_lower_limit_lowers_the_rate() -> None:
    after = measured(measured(holding(100), accepted=100), accepted=50, refused=50)
    assert (after.phase, after.rate) == (RatePhase.HOLDING, 49)


def test_the_rate_before_a_drop_is_reached_again_soon() -> None:
    limiter = replace(holding(10), good_rate=100, good_at=NOW)
    assert measured(measured(limiter, accepted=10), accepted=17).rate == 95


def test_a_few_throttled_calls_again_and_again_lower_the_held_rate_a_little() -> None:
    limiter = holding(20)
    for _ in range(4):
        limiter = measured(replace(limiter, phase=RatePhase.HOLDING), accepted=19, refused=1)
    assert 19 <= limiter.rate < 20


def test_the_calls_of_a_probe_begin_when_they_are_on_the_queue() -> None:
    probing = measured(holding(100), accepted=100)
    assert probing.measured_from is not None
    assert probing.rate_at(probing.measured_from - BEFORE_PROBE) == 100
    assert probing.rate_at(probing.measured_from) == 108


def tolerant() -> RateLimiter:
    """Return a limiter that has found a share of throttled calls at much lower rates too."""
    limiter = learn(RateLimiter(), BatchCalls([NOW] * 15, [NOW] * 5), now=NOW)
    for calls in (52, 36, 28, 20):
        limiter = measured(limiter, accepted=calls * 3 // 4, refused=calls // 4)
    return limiter


def test_a_share_that_does_not_depend_on_the_rate_is_tolerated() -> None:
    limiter = tolerant()
    assert (limiter.rate, limiter.tolerated) == (START, 0.25)
    assert measured(limiter, accepted=38, refused=12).rate == 2 * START
    assert measured(limiter, accepted=25, refused=25).rate < START


def test_a_share_is_tolerated_for_some_time() -> None:
    limiter = replace(tolerant(), measured_from=NOW + 2 * TOLERATED_FOR)
    assert measured(limiter, accepted=38, refused=12).rate < START


def test_a_tolerated_share_that_is_over_is_forgotten() -> None:
    assert measured(tolerant(), accepted=50).tolerated == 0


def test_a_changed_rate_counts_for_messages_on_the_queue() -> None:
    limiter = replace(holding(10), next_release_at=NOW + SECOND)
    assert limiter.with_rate(20, now=NOW).next_release_at == NOW + SECOND / 2
    assert limiter.with_rate(5, now=NOW).next_release_at == NOW + 2 * SECOND


def test_calls_that_are_given_back_are_taken_again() -> None:
    granted, limiter = holding(10).take(3, now=NOW)
    before = limiter.call_times(granted, now=NOW)
    granted, limiter = limiter.give_back(2, now=NOW).take(2, now=NOW)
    assert limiter.call_times(granted, now=NOW) == before[1:]


def test_calls_before_a_change_of_the_rate_are_not_counted() -> None:
    limiter = learn(RateLimiter(), throttled(NOW), now=NOW)
    assert learn(limiter, throttled(NOW, calls=100), now=NOW + SECOND) == limiter


def test_slow_calls_lower_the_rate_seldom() -> None:
    slowed = learn(RateLimiter(), BatchCalls([NOW], are_slow=True), now=NOW)
    assert slowed.rate == 800
    assert learn(slowed, BatchCalls([NOW], are_slow=True), now=NOW + SECOND).rate == 800


def test_an_unused_limit_is_forgotten() -> None:
    assert holding(10).is_limited(NOW)
    assert not holding(10).is_limited(NOW + FORGOTTEN_AFTER)


def test_calls_are_spread_evenly() -> None:
    granted, limiter = holding(10).take(1_000, now=NOW)
    assert granted == 1 + 10 * AHEAD // SECOND
    times = limiter.call_times(granted, now=NOW)
    assert times == [NOW + n * SECOND / 10 for n in range(granted)]
    assert limiter.take(1_000, now=NOW)[0] == 0


def test_no_more_calls_are_taken_than_wanted() -> None:
    granted, limiter = holding(100).take(3, now=NOW)
    assert granted == 3
    assert limiter.call_times(3, now=NOW)[-1] < limiter.next_call_at  # type: ignore[operator]


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(0, 50)), min_size=1, max_size=50), st.integers(10, 500))
def test_the_rate_is_kept_for_any_senders_at_any_times(asked: list[tuple[float, int]], rate: int) -> None:
    limiter, now, taken = holding(rate), NOW, 0
    for pause, wanted in asked:
        now += timedelta(seconds=pause)
        granted, limiter = limiter.take(wanted, now=now)
        assert 0 <= granted <= wanted
        taken += granted
    assert taken <= rate * ((now - NOW) + AHEAD + BURST).total_seconds() + 2


def test_a_limit_that_little_is_sent_for_is_forgotten() -> None:
    limiter = holding(100)
    soon = measured(limiter, accepted=5)
    assert (soon.phase, soon.rate) == (RatePhase.HOLDING, 100)
    later = replace(limiter, measured_from=NOW + FORGOTTEN_AFTER)
    assert measured(later, accepted=5).phase == RatePhase.FREE
