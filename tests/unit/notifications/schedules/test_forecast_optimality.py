from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.schedules.forecast import Waiting, forecast
from notifications.schedules.send_windows import Opening

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def opening(begins: float, ends: float) -> Opening:
    """Return an opening, given in hours from now."""
    return Opening(NOW + timedelta(hours=begins), NOW + timedelta(hours=ends))


def test_without_waiting_messages_the_forecast_is_empty() -> None:
    found = forecast([], 10)
    assert (found.finishes_at, found.will_miss_end, found.rate_needed) == (None, 0, None)


def test_sending_in_an_open_window_ends_by_the_rate() -> None:
    found = forecast([Waiting(3600, [opening(0, 2)])], 1)
    assert (found.finishes_at, found.will_miss_end, found.rate_needed) == (NOW + timedelta(hours=1), 0, None)


def test_without_a_limit_sending_ends_when_the_last_window_opens() -> None:
    found = forecast([Waiting(10, [opening(0, 2)]), Waiting(10, [opening(5, 6)])], None)
    assert found.finishes_at == NOW + timedelta(hours=5)


def test_messages_that_miss_the_end_and_the_rate_needed_are_reported() -> None:
    found = forecast([Waiting(10_000, [opening(0, 1)])], 1)
    assert (found.finishes_at, found.will_miss_end, found.rate_needed) == (None, 6400, 3)


def test_no_rate_helps_a_window_that_never_opens() -> None:
    found = forecast([Waiting(7, []), Waiting(1, [opening(0, 1)])], 1)
    assert (found.finishes_at, found.will_miss_end, found.rate_needed) == (None, 7, None)


def test_messages_whose_window_closes_first_are_sent_first() -> None:
    late, early = Waiting(3600, [opening(0, 2)]), Waiting(3600, [opening(0, 1)])
    assert forecast([late, early], 1).will_miss_end == 0


def test_sending_pauses_during_the_night() -> None:
    found = forecast([Waiting(7200, [opening(0, 1), opening(13, 24)])], 1)
    assert found.finishes_at == NOW + timedelta(hours=14)


@given(
    messages=st.integers(1, 10**6), hours=st.floats(0.1, 48), rate=st.integers(1, 500)
)  # fmt: skip
def test_the_rate_needed_is_sufficient_and_the_next_lower_is_not(messages: int, hours: float, rate: int) -> None:
    waiting = [Waiting(messages, [opening(0, hours)])]
    needed = forecast(waiting, rate).rate_needed
    if needed is None:
        assert forecast(waiting, rate).will_miss_end == 0
        return
    assert needed > rate
    assert forecast(waiting, needed).will_miss_end == 0
    assert forecast(waiting, needed - 1).will_miss_end > 0


@pytest.mark.parametrize("rate", [1, 5, 50])
def test_a_higher_rate_never_finishes_later(rate: int) -> None:
    waiting = [Waiting(500, [opening(0, 1), opening(3, 9)]), Waiting(900, [opening(0.5, 4)])]
    slow, fast = forecast(waiting, rate).finishes_at, forecast(waiting, rate + 1).finishes_at
    assert slow is not None
    assert fast is not None
    assert fast <= slow
