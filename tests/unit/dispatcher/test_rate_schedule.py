from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from dispatcher.rate_schedule import SECOND, Slots

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
AHEAD = timedelta(seconds=75)


def busiest(departures: Sequence[datetime], stretch: timedelta) -> int:
    """The most departures in any half-open stretch of that length."""
    ordered = sorted(departures)
    return max((bisect_left(ordered, each + stretch) - i for i, each in enumerate(ordered)), default=0)


def test_without_a_rate_each_leaves_when_it_is_due() -> None:
    due = [NOW - SECOND, NOW + 5 * SECOND, NOW + timedelta(milliseconds=10)]
    assert Slots(NOW, NOW).assign(due) == [NOW, *due[1:]]
    assert Slots(NOW, NOW).free(NOW + AHEAD) is None


def test_a_rate_spreads_over_whole_seconds() -> None:
    slots = Slots(NOW, NOW, max_rate=2)
    assert slots.assign([NOW] * 5) == [NOW, NOW, NOW + SECOND, NOW + SECOND, NOW + 2 * SECOND]
    assert slots.free(NOW + AHEAD) == 150


def test_one_that_is_due_later_holds_up_no_other() -> None:
    slots = Slots(NOW, NOW, max_rate=1)
    assert slots.assign([NOW + 9 * SECOND, NOW, NOW]) == [NOW + 9 * SECOND, NOW, NOW + SECOND]


def test_a_turn_opens_where_the_last_one_ended() -> None:
    opens = NOW + timedelta(seconds=3.5)
    slots = Slots(NOW, opens, max_rate=10)
    assert slots.assign([NOW]) == [NOW + 4 * SECOND]
    assert slots.free(NOW + 5 * SECOND) == 10
    assert slots.free(NOW + 2 * SECOND) == 0


def test_the_pace_of_the_provider_is_kept_where_it_is_slower() -> None:
    slots = Slots(NOW, NOW + SECOND, max_rate=10, gap=timedelta(seconds=2))
    assert slots.assign([NOW] * 3) == [NOW + SECOND, NOW + 3 * SECOND, NOW + 5 * SECOND]


@st.composite
def turns(draw: st.DrawFn) -> list[tuple[datetime, int, list[float], timedelta]]:
    """Turns, seconds or parts of one apart: when each is, at which rate, with what due when, at which pace."""
    pauses = draw(st.lists(st.floats(0.001, 40), min_size=1, max_size=8))
    moments = [NOW + timedelta(seconds=each) for each in accumulate(pauses)]
    rate = st.integers(1, 20)
    due = st.lists(st.floats(-100, 75), max_size=300)
    gap = st.sampled_from([timedelta(0), timedelta(milliseconds=7), timedelta(milliseconds=900)])
    return [(moment, draw(rate), draw(due), draw(gap)) for moment in moments]


@given(turns())
def test_no_ten_seconds_have_more_than_the_rate_whatever_the_turns(
    given: list[tuple[datetime, int, list[float], timedelta]],
) -> None:
    opens, departures, most = NOW, [], 0
    for now, rate, due, gap in given:
        slots = Slots(now, max(opens, now), rate, gap)
        moments = [now + timedelta(seconds=each) for each in due][: slots.free(now + AHEAD)]
        leave = slots.assign(moments)
        # What the queue's whole seconds of delay make of it.
        assert all((each - now) % SECOND == timedelta(0) for each in leave)
        assert all(left >= moment for left, moment in zip(leave, moments, strict=True))
        departures += leave
        most = max(most, rate)
        opens = max([opens, *(each + SECOND for each in leave)])
    assert busiest(departures, SECOND) <= most
    assert busiest(departures, 10 * SECOND) <= 10 * most
