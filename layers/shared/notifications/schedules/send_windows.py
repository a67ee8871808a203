"""When a client may be messaged: send windows in local time, on days when clocks change too.

Between two changes of a zone's UTC offset the local clock runs like any other, and finding the window is plain
arithmetic. So time is cut into such pieces, each piece gives its open stretches, and stretches that meet are one.
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
# No search goes further: a local clock may be ahead of UTC, and `datetime` ends with the year 9999.
_HORIZON = datetime(9999, 12, 30, tzinfo=UTC)
_HOUR_AND_MINUTE = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class SendWindow:
    """Hours of a local day, half open: `[start, end)`. With `end` before `start` it runs past midnight.

    Both are whole minutes and differ; anything else is InvalidInput.
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
        """A window from two times in the form `HH:MM`, 00:00 to 23:59."""
        if not (_HOUR_AND_MINUTE.fullmatch(start) and _HOUR_AND_MINUTE.fullmatch(end)):
            raise InvalidInput("send_window", ProblemCode.WINDOW_FORMAT)
        return cls(time.fromisoformat(start), time.fromisoformat(end))

    @classmethod
    def between(cls, start: time | None, end: time | None) -> Self | None:
        """Return the window of two stored times; None, for any hour, if they are None."""
        return None if start is None or end is None else cls(start, end)


@dataclass(frozen=True, slots=True)
class Opening:
    """One unbroken stretch `[due_at, closes_at)` of UTC in which messages may go."""

    due_at: datetime
    closes_at: datetime


def next_due(after: datetime, zone: str, window: SendWindow | None, end: datetime) -> datetime | None:
    """The earliest instant at or after `after` and before `end` at which a message may go; see `next_opening`."""
    opening = next_opening(after, zone, window, end)
    return opening.due_at if opening else None


def next_opening(after: datetime, zone: str, window: SendWindow | None, end: datetime) -> Opening | None:
    """The first open stretch of `[after, end)`, or None if there is none.

    Args:
        after: not before this instant, which must have an offset (ValueError).
        zone: the client's time zone, an IANA name (InvalidInput).
        window: the hours by the clock of that zone; None for any hour.
        end: not at or after this instant, which must have an offset (ValueError).
    """
    return next(openings(after, zone, window, end), None)


def openings(after: datetime, zone: str, window: SendWindow | None, end: datetime) -> Iterator[Opening]:
    """All open stretches of `[after, end)`, one after the other; arguments as in `next_opening`."""
    after, end = _utc(after), _utc(end)
    if window is None:
        return iter([Opening(after, end)] if after < end else [])
    pieces = _pieces(after, min(end, _HORIZON), load_zone(zone))
    return _joined(stretch for piece in pieces for stretch in _open_stretches(*piece, window))


def _utc(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError(f"{instant} has no offset")
    return instant.astimezone(UTC)


def _pieces(start: datetime, end: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Cut `[start, end)` into pieces of at most a day, in each of which the zone keeps the offset given with it."""
    while start < end:
        offset, stop = _offset(start, zone), min(start + _DAY, end)
        if _offset(stop, zone) != offset:
            stop = _change(start, stop, zone)
        yield start, stop, offset
        start = stop


def _offset(instant: datetime, zone: tzinfo) -> timedelta:
    offset = instant.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def _change(start: datetime, stop: datetime, zone: tzinfo) -> datetime:
    """The instant of the one change of offset in `(start, stop]`, a whole second.

    That there is but one in a day is a fact of tzdb: no two are less than six days apart.
    """
    before, start = _offset(start, zone), start.replace(microsecond=0)
    seconds = range((stop - start) // _SECOND)
    unchanged = bisect_left(seconds, True, key=lambda second: _offset(start + second * _SECOND, zone) != before)
    return start + unchanged * _SECOND


def _open_stretches(
    start: datetime, stop: datetime, offset: timedelta, window: SendWindow
) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of `[start, stop)` in which the window is open by a clock with one offset throughout."""
    begins, ends = (timedelta(hours=edge.hour, minutes=edge.minute) for edge in (window.start, window.end))
    opened = start - (start - _EPOCH + offset - begins) % _DAY
    length = (ends - begins) % _DAY
    while opened < stop:
        opens, closes = max(opened, start), min(opened + length, stop)
        if opens < closes:
            yield opens, closes
        opened += _DAY


def _joined(stretches: Iterator[tuple[datetime, datetime]]) -> Iterator[Opening]:
    """The stretches as openings, those that meet as one."""
    first = next(stretches, None)
    if first is None:
        return
    due_at, closes_at = first
    for opens, closes in stretches:
        if opens != closes_at:
            yield Opening(due_at, closes_at)
            due_at = opens
        closes_at = closes
    yield Opening(due_at, closes_at)
