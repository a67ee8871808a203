from datetime import UTC, datetime, timedelta
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from dispatcher.rate_schedule import SECOND, RateSchedule
from notifications.schedules.call_schedule import PACE, gap_of
from tests.support.proofs.rate_windows import busiest

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
AHEAD = timedelta(seconds=75)


def test_without_a_rate_each_message_is_sent_when_due() -> None:
    due = [NOW - SECOND, NOW + 5 * SECOND, NOW + timedelta(milliseconds=10)]
    assert RateSchedule(NOW, NOW).assign_send_times(due) == [NOW, *due[1:]]
    assert RateSchedule(NOW, NOW).capacity_before(NOW + AHEAD) is None


def test_a_rate_spreads_messages_evenly_a_little_below_it() -> None:
    schedule = RateSchedule(NOW, NOW, max_rate=2)
    send_times = schedule.assign_send_times([NOW] * 5)
    assert send_times == [NOW + i * gap_of(2) for i in range(5)]
    assert schedule.capacity_before(NOW + AHEAD) == 2 * 75 * PACE // 1 + 1


def test_a_message_due_later_does_not_delay_others() -> None:
    schedule = RateSchedule(NOW, NOW, max_rate=1)
    later, first, second = schedule.assign_send_times([NOW + 9 * SECOND, NOW, NOW])
    assert (first, second) == (NOW, NOW + gap_of(1))
    assert NOW + 9 * SECOND <= later < NOW + 9 * SECOND + gap_of(1)


def test_a_batch_continues_where_the_last_one_ended() -> None:
    opens = NOW + timedelta(seconds=3.5)
    schedule = RateSchedule(NOW, opens, max_rate=10)
    assert schedule.assign_send_times([NOW]) == [opens]
    assert schedule.capacity_before(NOW + 5 * SECOND) == 15
    assert schedule.capacity_before(NOW + 2 * SECOND) == 0


def test_the_queue_delays_by_whole_seconds() -> None:
    schedule = RateSchedule(NOW, NOW, max_rate=2)
    assert schedule.queue_time(NOW - SECOND / 2) == NOW
    assert schedule.queue_time(NOW + SECOND / 2) == NOW + SECOND


def test_a_lower_rate_limit_of_the_provider_is_kept() -> None:
    schedule = RateSchedule(NOW, NOW + SECOND, max_rate=10, provider_gap=timedelta(seconds=2))
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
        assert len(set(assigned)) == len(assigned)
        assert all(left >= moment for left, moment in zip(assigned, moments, strict=True))
        send_times += assigned
        most = max(most, rate)
        opens = max([opens, *(each + schedule.gap for each in assigned)])
    seconds = [each.timestamp() for each in send_times]
    assert busiest(seconds, 1) <= most
    assert busiest(seconds, 10) <= 10 * most


@given(st.lists(st.floats(-10, 70), min_size=1, max_size=200), st.integers(1, 20))
def test_no_slot_is_left_empty_while_a_message_is_due(due: list[float], rate: int) -> None:
    schedule = RateSchedule(NOW, NOW, rate)
    moments = [NOW + timedelta(seconds=each) for each in due]
    assigned = schedule.assign_send_times(moments)
    taken = set(assigned)
    for moment, left in zip(moments, assigned, strict=True):
        free = [NOW + i * schedule.gap for i in range((left - NOW) // schedule.gap) if NOW + i * schedule.gap >= moment]
        assert set(free) <= taken
