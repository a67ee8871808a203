"""The times of calls keep the promise about what the provider sees, in whatever batches and however late they are."""

from datetime import UTC, datetime, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.schedules.call_schedule import BATCH, MAX_SLIP, MAX_WAIT, PACE, CallSchedule, gap_of
from tests.support.proofs.rate_windows import busiest

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
rates = st.integers(1, 2_000)
# Batches: the pause before each, and its number of messages. Slips: shares of the longest one by which calls are late.
batches = st.lists(
    st.tuples(st.sampled_from([0, 0, 0.001, 0.3, 1, 4, 30]), st.integers(1, 50)), min_size=1, max_size=30
)
slips = st.lists(st.sampled_from([0, 0.1, 0.5, 1]), min_size=1, max_size=7)


@given(rates, batches, slips)
def test_windows_of_ten_seconds_and_of_one_are_kept(
    rate: int, batches: list[tuple[float, int]], slips: list[float]
) -> None:
    schedule, arrivals = CallSchedule(rate, NOW), []
    for now, (_, messages) in zip(accumulate(pause for pause, _ in batches), batches, strict=True):
        moment = NOW + timedelta(seconds=now)
        times, schedule = schedule.take(messages, now=moment)
        assert min(times) >= moment
        for number, at in enumerate(times):
            slip = MAX_SLIP * slips[number % len(slips)]
            arrivals.append((at - NOW + slip).total_seconds())
    assert busiest(arrivals, 10) <= 10 * rate + BATCH
    assert busiest(arrivals, 1) <= 2 * rate + 1


@given(rates, st.sampled_from([None, *range(1, 100)]), batches)
def test_a_changed_rate_keeps_what_the_higher_one_allows(
    rate: int, other: int | None, batches: list[tuple[float, int]]
) -> None:
    schedule, arrivals = CallSchedule(rate, NOW), []
    moments = accumulate(pause for pause, _ in batches)
    for number, (now, (_, messages)) in enumerate(zip(moments, batches, strict=True)):
        used = CallSchedule(rate if other is None or number % 2 else other, schedule.next_call_at)
        times, schedule = used.take(messages, now=NOW + timedelta(seconds=now))
        arrivals += [(each - NOW).total_seconds() for each in times]
    most = max(rate, other or 0)
    assert busiest(arrivals, 10) <= 10 * most + BATCH
    assert busiest(arrivals, 1) <= 2 * most + 1


@pytest.mark.parametrize("rate", [1, 5, 20, 47, 1_000])
def test_nine_tenths_of_the_rate_are_used_when_messages_come_by_the_second(rate: int) -> None:
    schedule, sent, seconds = CallSchedule(rate, NOW), 0, 200
    for second in range(seconds):
        now = NOW + timedelta(seconds=second)
        due = (second + 1) * rate * PACE // 1 - second * rate * PACE // 1
        times, after = schedule.take(int(due), now=now)
        if all(each <= now + MAX_WAIT for each in times):
            sent, schedule = sent + len(times), after
    assert sent >= 0.9 * rate * seconds


def test_time_that_nobody_used_is_lost() -> None:
    _, used = CallSchedule(10, NOW).take(20, now=NOW)
    long_after = NOW + timedelta(hours=1)
    times, _ = used.take(30, now=long_after)
    at_once = [each for each in times if each == long_after]
    assert len(at_once) <= BATCH
    assert times[-1] - long_after >= 20 * gap_of(10)


@pytest.mark.parametrize("rate", [1, 3, 19, 1_000, 10**6, 2**31 - 1])
def test_times_never_go_back(rate: int) -> None:
    times, after = CallSchedule(rate, NOW).take(100, now=NOW)
    assert times == sorted(times)
    assert after.next_call_at > NOW
