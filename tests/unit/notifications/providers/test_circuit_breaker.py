"""Opening of the circuit breaker, and closing by a probe."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.contracts.enumerations import BreakerState
from notifications.contracts.reasons import Reason
from notifications.providers.circuit_breaker import (
    COUNTING_PERIOD,
    FAILURES_IN_A_ROW,
    JITTER,
    LONGEST_PAUSE,
    MIN_FAILURES,
    PAUSE_GROWTH,
    PROBE_TIMEOUT,
    SHORTEST_PAUSE,
    UNAUTHORIZED_GROWTH,
    UNAUTHORIZED_PAUSES,
    Breaker,
    CallResults,
)

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
FAILURE = CallResults(failed=1, reason="HTTP 503", reason_code=Reason.PROVIDER_UNAVAILABLE)
SUCCESS = CallResults(answered=1)
CLOSED = Breaker()


def after(*batches: CallResults, breaker: Breaker = CLOSED, now: datetime = NOW) -> Breaker:
    """Return the breaker after batches that end at once."""
    for each in batches:
        breaker = breaker.after(each, now=now, jitter=0)
    return breaker


def test_a_run_of_failures_opens_it() -> None:
    almost = [FAILURE] * (FAILURES_IN_A_ROW - 1)
    assert after(*almost).state == BreakerState.CLOSED
    opened = after(*almost, FAILURE)
    assert (opened.state, opened.probe_at) == (BreakerState.OPEN, NOW + SHORTEST_PAUSE)
    assert (opened.reason, opened.reason_code) == ("HTTP 503", Reason.PROVIDER_UNAVAILABLE)


def test_a_success_ends_a_run_of_failures() -> None:
    almost = [FAILURE] * (FAILURES_IN_A_ROW - 1)
    assert after(*almost, SUCCESS, *almost).state == BreakerState.CLOSED


def test_failures_of_half_the_messages_in_the_period_open_it() -> None:
    half = CallResults(answered=1, failed=1)
    assert after(*[half] * (MIN_FAILURES - 1)).state == BreakerState.CLOSED
    assert after(*[half] * MIN_FAILURES).state == BreakerState.OPEN
    fewer = CallResults(answered=2, failed=1)
    assert after(*[fewer] * 10 * MIN_FAILURES).state == BreakerState.CLOSED


def test_failures_before_the_period_are_forgotten() -> None:
    half = CallResults(answered=1, failed=1)
    before = after(*[half] * (MIN_FAILURES - 1))
    assert after(half, breaker=before, now=NOW + COUNTING_PERIOD).state == BreakerState.CLOSED
    assert after(half, breaker=before, now=NOW + COUNTING_PERIOD - timedelta(seconds=1)).state == BreakerState.OPEN


def test_a_refused_token_opens_it_at_once() -> None:
    assert after(CallResults(answered=9, unauthorized=True)).state == BreakerState.OPEN


@pytest.mark.parametrize("breaker", [CLOSED, after(CallResults(unauthorized=True))])
def test_a_batch_without_calls_changes_nothing(breaker: Breaker) -> None:
    assert after(CallResults(), breaker=breaker) is breaker


def test_calls_that_began_before_it_opened_do_not_close_it() -> None:
    opened = after(CallResults(unauthorized=True))
    assert after(SUCCESS, breaker=opened) is opened


def test_a_probe_that_succeeds_closes_it() -> None:
    probing = after(CallResults(unauthorized=True)).with_probe_started(now=NOW)
    assert (probing.state, probing.probe_at) == (BreakerState.PROBING, NOW + PROBE_TIMEOUT)
    assert after(SUCCESS, breaker=probing) == CLOSED
    assert after(SUCCESS, breaker=probing).is_clean


@pytest.mark.parametrize(
    ("failure", "limits", "growth"),
    [
        (CallResults(failed=FAILURES_IN_A_ROW), (SHORTEST_PAUSE, LONGEST_PAUSE), PAUSE_GROWTH),
        (CallResults(unauthorized=True), UNAUTHORIZED_PAUSES, UNAUTHORIZED_GROWTH),
    ],
)
def test_probes_that_fail_lengthen_the_pause_up_to_its_limit(
    failure: CallResults, limits: tuple[timedelta, timedelta], growth: float
) -> None:
    shortest, longest = limits
    breaker, pauses = after(failure), []
    for _ in range(20):
        pauses.append(breaker.pause)
        breaker = after(failure, breaker=breaker.with_probe_started(now=NOW))
    assert pauses[1:3] == [shortest * growth, shortest * growth * growth]
    assert max(pauses) == pauses[-1] == longest


def test_a_part_of_the_pause_is_random() -> None:
    earliest, latest = (Breaker().after(CallResults(unauthorized=True), now=NOW, jitter=each) for each in (1.0, 0.0))
    assert latest.probe_at == NOW + latest.pause
    assert earliest.probe_at == NOW + earliest.pause * (1 - JITTER)


def test_a_released_probe_can_be_made_at_once() -> None:
    probing = after(CallResults(unauthorized=True)).with_probe_started(now=NOW)
    released = probing.with_probe_released(now=NOW)
    assert (released.state, released.probe_at) == (BreakerState.OPEN, NOW)
    assert released.reason_code == probing.reason_code


def test_only_an_initial_breaker_is_clean() -> None:
    assert CLOSED.is_clean
    assert after(SUCCESS).is_clean
    assert not after(FAILURE).is_clean
