from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from dispatcher.rate_schedule import SECOND, RateSchedule

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
AHEAD = timedelta(seconds=75)


def busiest(send_times: Sequence[datetime], stretch: timedelta) -> int:
    """Return the largest number of send times in any half-open interval of that length."""
    ordered = sorted(send_times)
    return max((bisect_left(ordered, each + stretch) - i for i, each in enumerate(ordered)), default=0)


def test_without_a_rate_each_message_is_sent_when_due() -> None:
    due = [NOW - SECOND, NOW + 5 * SECOND, NOW + timedelta(milliseconds=10)]
    assert RateSchedule(NOW, NOW).assign_send_times(due) == [NOW, *due[1:]]
    assert RateSchedule(NOW, NOW).capacity_before(NOW + AHEAD) is None


def test_a_rate_spreads_messages_over_whole_seconds() -> None:
    schedule = RateSchedule(NOW, NOW, max_rate=2)
    assert schedule.assign_send_times([NOW] * 5) == [NOW, NOW, NOW + SECOND, NOW + SECOND, NOW + 2 * SECOND]
    assert schedule.capacity_before(NOW + AHEAD) == 150


def test_a_message_due_later_does_not_delay_others() -> None:
    schedule = RateSchedule(NOW, NOW, max_rate=1)
    assert schedule.assign_send_times([NOW + 9 * SECOND, NOW, NOW]) == [NOW + 9 * SECOND, NOW, NOW + SECOND]


def test_a_batch_continues_where_the_last_one_ended() -> None:
    opens = NOW + timedelta(seconds=3.5)
    schedule = RateSchedule(NOW, opens, max_rate=10)
    assert schedule.assign_send_times([NOW]) == [NOW + 4 * SECOND]
    assert schedule.capacity_before(NOW + 5 * SECOND) == 10
    assert schedule.capacity_before(NOW + 2 * SECOND) == 0


def test_a_lower_rate_limit_of_the_provider_is_kept() -> None:
    schedule = RateSchedule(NOW, NOW + SECOND, max_rate=10, gap=timedelta(seconds=2))
    assert schedule.assign_send_times([NOW] * 3) == [NOW + SECOND, NOW + 3 * SECOND, NOW + 5 * SECOND]


@st.composite
def turns(draw: st.DrawFn) -> list[tuple[datetime, int, list[float], timedelta]]:
    """Generate batches: time, rate of the mailing, due times, and rate limit of the provider."""
    pauses = draw(st.lists(st.floats(0.001, 40), min_size=1, max_size=8))
    moments = [NOW + timedelta(seconds=each) for each in accumulate(pauses)]
    rate = st.integers(1, 20)
    due = st.lists(st.floats(-100, 75), max_size=300)
    gap = st.sampled_from([timedelta(0), timedelta(milliseconds=7), timedelta(milliseconds=900)])
    return [(moment, draw(rate), draw(due), draw(gap)) for moment in moments]


@given(turns())
def test_no_ten_seconds_exceed_the_rate_for_any_batches(
    given: list[tuple[datetime, int, list[float], timedelta]],
) -> None:
    opens, send_times, most = NOW, [], 0
    for now, rate, due, gap in given:
        schedule = RateSchedule(now, max(opens, now), rate, gap)
        moments = [now + timedelta(seconds=each) for each in due][: schedule.capacity_before(now + AHEAD)]
        assigned = schedule.assign_send_times(moments)
        # Send times rounded to the whole seconds of the queue's delay.
        assert all((each - now) % SECOND == timedelta(0) for each in assigned)
        assert all(left >= moment for left, moment in zip(assigned, moments, strict=True))
        send_times += assigned
        most = max(most, rate)
        opens = max([opens, *(each + SECOND for each in assigned)])
    assert busiest(send_times, SECOND) <= most
    assert busiest(send_times, 10 * SECOND) <= 10 * most
