"""Brute-force oracle for send windows: checks the wall clock at each minute."""

import struct
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

from notifications.schedules.send_windows import SendWindow
from notifications.schedules.time_zones import _TZDB, _zone_names, load_zone

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
ZONES = sorted(set(_zone_names().values()))

type Span = tuple[datetime, datetime]


def is_open(window: SendWindow, wall: time) -> bool:
    if window.start < window.end:
        return window.start <= wall < window.end
    return wall >= window.start or wall < window.end


def wall_clock(instant: datetime, zone: str) -> time:
    return instant.astimezone(load_zone(zone)).time()


def wall_minutes(span: Span, zone: str) -> list[int]:
    """Return the wall clock at each minute of a span, in minutes of the day."""
    rules, (start, stop) = load_zone(zone), span
    local = ((start + n * MINUTE).astimezone(rules) for n in range((stop - start) // MINUTE))
    return [wall.hour * 60 + wall.minute for wall in local]


def open_minutes(window: SendWindow, walls: list[int]) -> bytes:
    """Return 1 for each minute of the wall clock in which the window is open, else 0."""
    by_minute = open_in_a_day(window)
    return bytes([by_minute[wall] for wall in walls])


@cache
def open_in_a_day(window: SendWindow) -> bytes:
    return bytes(is_open(window, time(*divmod(minute, 60))) for minute in range(24 * 60))


def whole(first: date, last: date) -> Span:
    return datetime.combine(first, time(), UTC), datetime.combine(last, time(), UTC) + DAY


def around_switches(zone: str, span: Span) -> Iterator[Span]:
    """Return three days around each change of the zone's offset in a span, or the first three days if none."""
    rules, (start, stop) = load_zone(zone), span
    days = [start + n * DAY for n in range((stop - start) // DAY + 1)]
    changes = [
        before
        for before, after in pairwise(days)
        if before.astimezone(rules).utcoffset() != after.astimezone(rules).utcoffset()
    ]
    for day in changes or [start + DAY]:
        yield day - DAY, day + 2 * DAY


@cache
def offset_changes(zone: str) -> list[int]:
    """Return the Unix times at which a zone's UTC offset changes, from its TZif file (RFC 9636)."""
    data = Path(_TZDB, zone).read_bytes()
    header = struct.Struct(">4sc15x6L")
    _, _, is_ut, is_standard, leaps, times, types, letters = header.unpack_from(data)
    second = header.size + times * 5 + types * 6 + letters + leaps * 8 + is_standard + is_ut
    *_, times, types, _ = header.unpack_from(data, second)
    at = second + header.size
    instants = struct.unpack_from(f">{times}q", data, at)
    indices = data[at + times * 8 : at + times * 9]
    offsets = [offset for offset, _, _ in struct.iter_unpack(">lBB", data[at + times * 9 :][: types * 6])]
    kept = [offsets[0], *(offsets[index] for index in indices)]
    return [instant for instant, (before, after) in zip(instants, pairwise(kept), strict=True) if before != after]
