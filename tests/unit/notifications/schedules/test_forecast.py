from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifications.schedules.forecast import Forecast, Waiting, forecast
from notifications.schedules.send_windows import Opening

T = datetime(2030, 1, 1, tzinfo=UTC)


def opening(begins: float, ends: float) -> Opening:
    return Opening(T + timedelta(seconds=begins), T + timedelta(seconds=ends))


def test_nothing_waits() -> None:
    assert forecast([], 5) == Forecast(None, 0, None)


def test_without_a_rate_all_leave_when_the_last_window_opens() -> None:
    waiting = [Waiting(10, [opening(0, 10)]), Waiting(1, [opening(60, 70)])]
    assert forecast(waiting, None) == Forecast(T + timedelta(seconds=60), 0, None)


def test_a_rate_takes_its_time() -> None:
    assert forecast([Waiting(10, [opening(0, 100)])], 2) == Forecast(T + timedelta(seconds=5), 0, None)


def test_the_night_between_two_windows_sends_nothing() -> None:
    waiting = [Waiting(30, [opening(0, 10), opening(100, 120)])]
    assert forecast(waiting, 2) == Forecast(T + timedelta(seconds=105), 0, None)


def test_what_closes_first_goes_first() -> None:
    waiting = [Waiting(10, [opening(0, 100)]), Waiting(10, [opening(0, 10)])]
    assert forecast(waiting, 1).will_miss_end == 0


def test_tells_what_is_late_and_the_rate_that_helps() -> None:
    assert forecast([Waiting(100, [opening(0, 10)])], 3) == Forecast(None, 70, 10)


def test_those_whose_window_never_opens_are_helped_by_no_rate() -> None:
    assert forecast([Waiting(7, [])], 1000) == Forecast(None, 7, None)


stretches = st.lists(st.integers(0, 50), min_size=2, max_size=6, unique=True).map(
    lambda edges: [opening(a, b) for a, b in zip(*[iter(sorted(edges)[: len(edges) // 2 * 2])] * 2, strict=True)]
)


@given(st.lists(st.builds(Waiting, st.integers(1, 500), stretches), max_size=5), st.integers(1, 50))
def test_the_rate_needed_is_the_least_with_which_none_is_late(waiting: list[Waiting], rate: int) -> None:
    needed = forecast(waiting, rate).rate_needed
    if needed is not None:
        assert needed > rate
        assert forecast(waiting, needed).will_miss_end == 0
        assert forecast(waiting, needed - 1).will_miss_end > 0
