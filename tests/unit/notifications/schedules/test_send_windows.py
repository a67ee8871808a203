"""Named cases of send windows; `test_send_windows_proof.py` covers all others."""

from datetime import UTC, datetime, time, timedelta

import pytest

from notifications.contracts.errors import InvalidInput
from notifications.schedules.send_windows import Opening, SendWindow, next_due, next_opening, openings

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
FAR = datetime(2100, 1, 1, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def opening(due_at: str, closes_at: str) -> Opening:
    return Opening(utc(due_at), utc(closes_at))


def test_berlin_night_of_28_march_2026_lasts_seven_hours() -> None:
    night = SendWindow.parse("22:00", "06:00")
    found = next_opening(utc("2026-03-28T12:00"), "Europe/Berlin", night, FAR)
    assert found == opening("2026-03-28T21:00", "2026-03-29T04:00")
    assert found.closes_at - found.due_at == timedelta(hours=7)


def test_berlin_night_of_24_october_2026_lasts_nine_hours() -> None:
    night = SendWindow.parse("22:00", "06:00")
    found = next_opening(utc("2026-10-24T12:00"), "Europe/Berlin", night, FAR)
    assert found == opening("2026-10-24T20:00", "2026-10-25T05:00")
    assert found.closes_at - found.due_at == timedelta(hours=9)


def test_berlin_two_to_three_never_opens_on_29_march_2026_and_rolls_to_the_next_day() -> None:
    hour = SendWindow.parse("02:00", "03:00")
    found = next_opening(utc("2026-03-28T12:00"), "Europe/Berlin", hour, FAR)
    assert found == opening("2026-03-30T00:00", "2026-03-30T01:00")
    assert next_due(utc("2026-03-28T12:00"), "Europe/Berlin", hour, utc("2026-03-29T22:00")) is None


def test_berlin_window_that_begins_in_the_missing_hour_opens_after_it() -> None:
    window = SendWindow.parse("02:30", "04:00")
    for after in (utc("2026-03-28T12:00"), utc("2026-03-28T12:00:00.5")):
        found = next_opening(after, "Europe/Berlin", window, FAR)
        assert found == opening("2026-03-29T01:00", "2026-03-29T02:00")


def test_berlin_repeated_hour_is_one_stretch_of_two_hours() -> None:
    hour = SendWindow.parse("02:00", "03:00")
    found = next_opening(utc("2026-10-24T12:00"), "Europe/Berlin", hour, FAR)
    assert found == opening("2026-10-25T00:00", "2026-10-25T02:00")


def test_berlin_repeated_half_hour_opens_twice() -> None:
    half = SendWindow.parse("02:00", "02:30")
    assert list(openings(utc("2026-10-24T12:00"), "Europe/Berlin", half, utc("2026-10-25T12:00"))) == [
        opening("2026-10-25T00:00", "2026-10-25T00:30"),
        opening("2026-10-25T01:00", "2026-10-25T01:30"),
    ]


def test_berlin_clock_that_goes_back_into_the_window_opens_it_again() -> None:
    """At 03:00, the end of the window 22:00-03:00, the clock goes back to 02:00, so the window stays open."""
    found = next_opening(utc("2026-10-24T12:00"), "Europe/Berlin", SendWindow.parse("22:00", "03:00"), FAR)
    assert found == opening("2026-10-24T20:00", "2026-10-25T02:00")


def test_lord_howe_shifts_by_half_an_hour() -> None:
    window = SendWindow.parse("01:30", "02:30")
    spring = next_opening(utc("2026-10-03T12:00"), "Australia/Lord_Howe", window, FAR)
    autumn = next_opening(utc("2026-04-04T12:00"), "Australia/Lord_Howe", window, FAR)
    assert spring == opening("2026-10-03T15:00", "2026-10-03T15:30")
    assert autumn == opening("2026-04-04T14:30", "2026-04-04T16:00")


@pytest.mark.parametrize(
    ("zone", "due_at"),
    [
        ("Asia/Kolkata", "2026-06-01T03:30"),  # +05:30
        ("Asia/Kathmandu", "2026-06-01T03:15"),  # +05:45
        ("Australia/Eucla", "2026-06-01T00:15"),  # +08:45
        ("Pacific/Chatham", "2026-05-31T20:15"),  # +12:45
        ("Pacific/Marquesas", "2026-06-01T18:30"),  # -09:30
        ("America/St_Johns", "2026-06-01T11:30"),  # -02:30 in summer
    ],
)
def test_offsets_of_half_and_quarter_hours(zone: str, due_at: str) -> None:
    window = SendWindow.parse("09:00", "09:01")
    after = utc(due_at) - timedelta(hours=23)
    assert next_opening(after, zone, window, FAR) == Opening(utc(due_at), utc(due_at) + MINUTE)


def test_apia_has_no_30_december_2011() -> None:
    """At midnight the offset changed from UTC-10 to UTC+14: the time of day continued, the date skipped a day."""
    night = SendWindow.parse("22:00", "06:00")
    found = next_opening(utc("2011-12-30T00:00"), "Pacific/Apia", night, FAR)
    assert found == opening("2011-12-30T08:00", "2011-12-30T16:00")
    morning = SendWindow.parse("09:00", "12:00")
    assert next_due(utc("2011-12-30T08:00"), "Pacific/Apia", morning, FAR) == utc("2011-12-30T19:00")


def test_kwajalein_has_no_21_august_1993() -> None:
    night = SendWindow.parse("22:00", "06:00")
    found = next_opening(utc("1993-08-21T00:00"), "Pacific/Kwajalein", night, FAR)
    assert found == opening("1993-08-21T10:00", "1993-08-21T18:00")


def test_a_clock_change_over_the_only_closed_minute_joins_two_openings() -> None:
    window = SendWindow.parse("02:31", "02:30")
    found = next_opening(utc("2026-03-28T12:00"), "Europe/Berlin", window, FAR)
    assert found == opening("2026-03-28T12:00", "2026-03-30T00:30")


def test_one_minute_window() -> None:
    window = SendWindow.parse("12:00", "12:01")
    assert next_due(utc("2026-06-01T09:00:59.999999"), "Europe/Moscow", window, FAR) == utc(
        "2026-06-01T09:00:59.999999"
    )
    assert next_due(utc("2026-06-01T09:01"), "Europe/Moscow", window, FAR) == utc("2026-06-02T09:00")


def test_the_window_is_a_half_open_interval() -> None:
    window = SendWindow.parse("09:00", "21:00")
    for instant, due_at in [
        ("2026-06-01T05:59:59.999999", "2026-06-01T06:00"),
        ("2026-06-01T06:00", "2026-06-01T06:00"),
        ("2026-06-01T17:59:59.999999", "2026-06-01T17:59:59.999999"),
        ("2026-06-01T18:00", "2026-06-02T06:00"),
    ]:
        assert next_due(utc(instant), "Europe/Moscow", window, FAR) == utc(due_at)


def test_end_is_excluded_and_cuts_the_opening() -> None:
    window = SendWindow.parse("09:00", "21:00")
    due_at = utc("2026-06-01T06:00")
    assert next_opening(utc("2026-06-01T00:00"), "Europe/Moscow", window, due_at) is None
    assert next_opening(due_at - DAY / 4, "Europe/Moscow", window, due_at + MINUTE) == Opening(due_at, due_at + MINUTE)


def test_without_a_window_any_hour_is_open() -> None:
    now = utc("2026-06-01T03:00")
    assert next_opening(now, "Europe/Moscow", None, FAR) == Opening(now, FAR)
    assert next_opening(FAR, "Europe/Moscow", None, FAR) is None


def test_the_last_representable_time_is_no_error() -> None:
    window, last = SendWindow.parse("12:00", "12:01"), datetime.max.replace(tzinfo=UTC)
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        assert next_opening(last - 3 * DAY, zone, window, last) is not None
        assert next_opening(last - DAY / 2, zone, window, last) is None


def test_times_with_any_offset_are_returned_in_utc() -> None:
    after = datetime.fromisoformat("2026-06-01T12:00+05:00")
    assert next_opening(after, "Europe/Moscow", None, FAR) == opening("2026-06-01T07:00", "2100-01-01T00:00")


def test_times_without_an_offset_are_refused() -> None:
    naive = utc("2026-06-01T12:00").replace(tzinfo=None)
    with pytest.raises(ValueError, match="no offset"):
        next_due(naive, "Europe/Moscow", None, FAR)
    with pytest.raises(ValueError, match="no offset"):
        next_due(utc("2026-06-01T12:00"), "Europe/Moscow", None, naive)


def test_unknown_zone_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"^timezone: "):
        next_due(utc("2026-06-01T12:00"), "Mars/Olympus", SendWindow.parse("09:00", "21:00"), FAR)


# Windows themselves


def test_parse() -> None:
    assert SendWindow.parse("09:00", "21:30") == SendWindow(time(9), time(21, 30))


@pytest.mark.parametrize("text", ["", "9:00", "24:00", "09:60", "09:00:00", "09:00+01:00", "0900", "09:00\n", "१३:२४"])
def test_parse_refuses_anything_but_hour_and_minute(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"^send_window: "):
        SendWindow.parse(text, "21:00")
    with pytest.raises(InvalidInput, match=r"^send_window: "):
        SendWindow.parse("21:00", text)


@pytest.mark.parametrize(
    ("start", "end"),
    [(time(9), time(9)), (time(9, 0, 1), time(21)), (time(9), time(21, 0, 0, 1)), (time(9, tzinfo=UTC), time(21))],
)
def test_a_window_has_two_different_whole_minutes(start: time, end: time) -> None:
    with pytest.raises(InvalidInput, match=r"^send_window: "):
        SendWindow(start, end)
