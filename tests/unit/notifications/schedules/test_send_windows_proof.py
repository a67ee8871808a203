"""Send windows compared with brute force; named cases are in `test_send_windows.py`.

`PROOF=long` checks every minute of 2025 to 2027, not only the days around each switch: 20 minutes on two cores.
"""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.schedules.send_windows import Opening, SendWindow, next_due, next_opening, openings
from tests.support.proofs.window_oracle import (
    DAY,
    MINUTE,
    ZONES,
    Span,
    around_switches,
    is_open,
    offset_changes,
    open_minutes,
    wall_clock,
    wall_minutes,
    whole,
)

YEARS = whole(date(2025, 1, 1), date(2027, 12, 31))
LONG_PROOF = os.environ.get("PROOF") == "long"
FAR = datetime(2100, 1, 1, tzinfo=UTC)
# Minutes between two starts of a search; a prime number, so that starts fall on every minute of the hour.
STRIDE = 97

WINDOWS = [
    SendWindow.parse(*edges.split("-"))
    for edges in (
        "09:00-21:00",
        "22:00-06:00",  # past midnight, over every clock change
        "02:00-03:00",  # the hour that most clock changes skip or repeat
        "01:30-02:30",  # half of it
        "02:17-02:18",  # one minute that may be skipped or repeated
        "00:00-00:01",
        "23:59-00:00",
        "12:00-11:59",  # closed for one minute a day
    )
]


# Brute force


@pytest.mark.parametrize("zone", ZONES)
def test_every_minute_agrees_with_the_wall_clock(zone: str, record_property: Callable[[str, object], None]) -> None:
    spans = [YEARS] if LONG_PROOF else list(around_switches(zone, YEARS))
    checked = 0
    for span in spans:
        walls = wall_minutes(span, zone)
        for window in WINDOWS:
            expected = open_minutes(window, walls)
            assert is_open_by_minute(span, zone, window) == expected, (span, window)
            searches_agree(span, zone, window, expected)
            checked += len(expected)
    record_property("checked_instants", checked)


def is_open_by_minute(span: Span, zone: str, window: SendWindow) -> bytes:
    """Return for each minute of a period whether it lies in an opening."""
    start, stop = span
    minutes = bytearray((stop - start) // MINUTE)
    found = list(openings(start, zone, window, stop))
    for each in found:
        first, last = (each.due_at - start) // MINUTE, (each.closes_at - start) // MINUTE
        minutes[first:last] = bytes([1]) * (last - first)
    assert all(before.closes_at < after.due_at for before, after in pairwise(found))
    return bytes(minutes)


def searches_agree(span: Span, zone: str, window: SendWindow, expected: bytes) -> None:
    start, stop = span
    for minute in range(0, len(expected), STRIDE):
        due = expected.find(1, minute)
        shut = expected.find(0, due)
        closes_at = stop if shut < 0 else start + shut * MINUTE
        truth = None if due < 0 else Opening(start + due * MINUTE, closes_at)
        assert next_opening(start + minute * MINUTE, zone, window, stop) == truth


@pytest.mark.parametrize("zone", ZONES)
def test_no_zone_changes_its_offset_twice_in_a_day(zone: str) -> None:
    assert all(after - before >= 6 * 86_400 for before, after in pairwise(offset_changes(zone)))


# Anything at all

wall_times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
windows = st.tuples(wall_times, wall_times).filter(lambda edges: edges[0] != edges[1]).map(lambda it: SendWindow(*it))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1970, 1, 2), datetime(2099, 12, 30), timezones=offsets)  # noqa: DTZ001 - bounds are local
lengths = st.timedeltas(timedelta(hours=-1), timedelta(days=3))


@st.composite
def places(draw: st.DrawFn) -> tuple[str, datetime]:
    """Generate a time zone and a time, either any time or one close to a change of the zone's offset."""
    zone = draw(st.sampled_from(ZONES))
    changes = [change for change in offset_changes(zone) if change > 0]
    if not changes or draw(st.booleans()):
        return zone, draw(moments)
    change = datetime.fromtimestamp(draw(st.sampled_from(changes)), UTC)
    return zone, change + draw(st.timedeltas(-2 * DAY, DAY))


@settings(max_examples=500)
@given(places(), windows, lengths)
def test_an_opening_is_the_first_and_unbroken(
    place: tuple[str, datetime], window: SendWindow, length: timedelta
) -> None:
    def open_at(instant: datetime) -> bool:
        return is_open(window, wall_clock(instant, zone))

    def any_minute(state: bool, first: datetime, stop: datetime) -> bool:
        return any(open_at(first + n * MINUTE) is state for n in range(-((first - stop) // MINUTE)))

    zone, after = place
    end = after + length
    found = next_opening(after, zone, window, end)
    if found is None:
        assert not any_minute(True, after, end)
        return
    assert after <= found.due_at < found.closes_at <= end
    assert not any_minute(True, after, found.due_at)
    assert not any_minute(False, found.due_at, found.closes_at)
    assert found.due_at == after or not open_at(found.due_at - timedelta.resolution)
    assert open_at(found.closes_at - timedelta.resolution)
    assert found.closes_at == end or not open_at(found.closes_at)
    assert found.due_at.tzinfo is found.closes_at.tzinfo is UTC


@given(places(), st.none() | windows, lengths)
def test_the_due_time_is_the_beginning_of_the_opening(
    place: tuple[str, datetime], window: SendWindow | None, length: timedelta
) -> None:
    zone, after = place
    found = next_opening(after, zone, window, after + length)
    assert next_due(after, zone, window, after + length) == (found and found.due_at)


@given(places(), windows)
def test_a_search_from_the_due_time_finds_the_same_opening(place: tuple[str, datetime], window: SendWindow) -> None:
    zone, after = place
    found = next_opening(after, zone, window, FAR)
    assert found is not None
    assert next_opening(found.due_at, zone, window, FAR) == found
