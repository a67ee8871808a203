from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifications.schedules.forecast import Forecast, Waiting, forecast
from notifications.schedules.send_windows import Opening

T = datetime(2030, 1, 1, tzinfo=UTC)


def opening(begins: float, ends: float) -> Opening:
    return Opening(T + timedelta(seconds=begins), T + timedelta(seconds=ends))


def test_without_waiting_messages_the_forecast_is_empty() -> None:
    assert forecast([], 5) == Forecast(None, 0, None)


def test_without_a_rate_sending_ends_when_the_last_window_opens() -> None:
    waiting = [Waiting(10, [opening(0, 10)]), Waiting(1, [opening(60, 70)])]
    assert forecast(waiting, None) == Forecast(T + timedelta(seconds=60), 0, None)


def test_a_rate_determines_the_duration() -> None:
    assert forecast([Waiting(10, [opening(0, 100)])], 2) == Forecast(T + timedelta(seconds=5), 0, None)


def test_nothing_is_sent_between_two_windows() -> None:
    waiting = [Waiting(30, [opening(0, 10), opening(100, 120)])]
    assert forecast(waiting, 2) == Forecast(T + timedelta(seconds=105), 0, None)


def test_messages_whose_window_closes_first_are_sent_first() -> None:
    waiting = [Waiting(10, [opening(0, 100)]), Waiting(10, [opening(0, 10)])]
    assert forecast(waiting, 1).will_miss_end == 0


def test_late_messages_and_the_rate_needed_are_reported() -> None:
    assert forecast([Waiting(100, [opening(0, 10)])], 3) == Forecast(None, 70, 10)


def test_no_rate_is_suggested_for_windows_that_never_open() -> None:
    assert forecast([Waiting(7, [])], 1000) == Forecast(None, 7, None)


stretches = st.lists(st.integers(0, 50), min_size=2, max_size=6, unique=True).map(
    lambda edges: [opening(a, b) for a, b in zip(*[iter(sorted(edges)[: len(edges) // 2 * 2])] * 2, strict=True)]
)


@given(st.lists(st.builds(Waiting, st.integers(1, 500), stretches), max_size=5), st.integers(1, 50))
def test_the_rate_needed_is_the_lowest_without_late_messages(waiting: list[Waiting], rate: int) -> None:
    needed = forecast(waiting, rate).rate_needed
    if needed is not None:
        assert needed > rate
        assert forecast(waiting, needed).will_miss_end == 0
        assert forecast(waiting, needed - 1).will_miss_end > 0
