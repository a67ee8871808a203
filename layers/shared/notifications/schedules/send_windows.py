"""Send windows in local time, and the intervals of UTC in which they are open, clock changes included.

The search splits time where the zone's UTC offset changes, finds the open intervals of each piece by plain arithmetic,
and joins adjacent ones.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Self

from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.schedules.time_zones import load_zone

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# End of every search: `datetime` ends with the year 9999, and local time may be ahead of UTC.
_LATEST = datetime(9999, 12, 30, tzinfo=UTC)
_HOUR_AND_MINUTE = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class SendWindow:
    """Half-open interval `[start, end)` of local time, over midnight if `end` is before `start`.

    Raises:
        InvalidInput: the times are equal, or not whole minutes without a zone.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise InvalidInput("send_window", ProblemCode.WINDOW_EMPTY)
        if any(edge.second or edge.microsecond or edge.tzinfo for edge in (self.start, self.end)):
            raise InvalidInput("send_window", ProblemCode.WINDOW_SECONDS)

    @classmethod
    def parse(cls, start: str, end: str) -> Self:
        """Parse a window from two times in the form `HH:MM`, 00:00 to 23:59.

        Raises:
            InvalidInput: they have another form, or are equal.
        """
        if not (_HOUR_AND_MINUTE.fullmatch(start) and _HOUR_AND_MINUTE.fullmatch(end)):
            raise InvalidInput("send_window", ProblemCode.WINDOW_FORMAT)
        return cls(time.fromisoformat(start), time.fromisoformat(end))

    @classmethod
    def between(cls, start: time | None, end: time | None) -> Self | None:
        """Return the window of two stored times; None, for any hour, if one is None."""
        return None if start is None or end is None else cls(start, end)


@dataclass(frozen=True, slots=True)
class Opening:
    """Interval `[due_at, closes_at)` of UTC in which a send window is open."""

    due_at: datetime
    closes_at: datetime


def next_due(after: datetime, zone: str, window: SendWindow | None, end: datetime) -> datetime | None:
    """Return the start of the next opening; arguments as in `next_opening`."""
    opening = next_opening(after, zone, window, end)
    return opening.due_at if opening else None


def next_opening(after: datetime, zone: str, window: SendWindow | None, end: datetime) -> Opening | None:
    """Return the first opening in `[after, end)`, or None if there is none.

    Args:
        after: aware time.
        zone: IANA name of the client's time zone.
        window: local hours; None for any hour.
        end: aware time.

    Raises:
        ValueError: a time has no offset.
        InvalidInput: the time zone is unknown.
    """
    return next(openings(after, zone, window, end), None)


def openings(after: datetime, zone: str, window: SendWindow | None, end: datetime) -> Iterator[Opening]:
    """Iterate over the openings in `[after, end)`; arguments as in `next_opening`."""
    after, end = _utc(after), _utc(end)
    if window is None:
        return iter([Opening(after, end)] if after < end else [])
    pieces = _pieces(after, min(end, _LATEST), load_zone(zone))
    return _joined(interval for piece in pieces for interval in _open_intervals(*piece, window))


def _utc(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError(f"{instant} has no offset")
    return instant.astimezone(UTC)


def _pieces(start: datetime, end: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Split `[start, end)` into pieces of at most a day, each with one UTC offset. Yield start, end and offset."""
    while start < end:
        offset, stop = _offset(start, zone), min(start + _DAY, end)
        if _offset(stop, zone) != offset:
            stop = _offset_change(start, stop, zone)
        yield start, stop, offset
        start = stop


def _offset(instant: datetime, zone: tzinfo) -> timedelta:
    offset = instant.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def _offset_change(start: datetime, stop: datetime, zone: tzinfo) -> datetime:
    """Find the one change of the UTC offset in `(start, stop]`, to the second.

    A day has at most one: in tzdb any two are at least six days apart.
    """
    before, start = _offset(start, zone), start.replace(microsecond=0)
    seconds = range((stop - start) // _SECOND)
    unchanged = bisect_left(seconds, True, key=lambda second: _offset(start + second * _SECOND, zone) != before)
    return start + unchanged * _SECOND


def _open_intervals(
    start: datetime, stop: datetime, offset: timedelta, window: SendWindow
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the parts of `[start, stop)` in which the window is open, at one UTC offset."""
    begins, ends = (timedelta(hours=edge.hour, minutes=edge.minute) for edge in (window.start, window.end))
    opened = start - (start - _EPOCH + offset - begins) % _DAY
    length = (ends - begins) % _DAY
    while opened < stop:
        opens, closes = max(opened, start), min(opened + length, stop)
        if opens < closes:
            yield opens, closes
        opened += _DAY


def _joined(intervals: Iterator[tuple[datetime, datetime]]) -> Iterator[Opening]:
    """Join adjacent intervals."""
    first = next(intervals, None)
    if first is None:
        return
    due_at, closes_at = first
    for opens, closes in intervals:
        if opens != closes_at:
            yield Opening(due_at, closes_at)
            due_at = opens
        closes_at = closes
    yield Opening(due_at, closes_at)
