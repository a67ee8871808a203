"""Forecast of a mailing: when it finishes at a given rate, and how many messages cannot be sent before its end.

Messages are sent at the rate while their windows are open, those whose last window closes first before the others.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from notifications.schedules.send_windows import Opening

_SECOND = timedelta(seconds=1)
# Messages less than this are rounding errors.
_ROUNDING_ERROR = 1e-6


@dataclass(frozen=True, slots=True)
class Waiting:
    """Waiting messages that share the intervals, in order, in which they may be sent."""

    messages: int
    openings: Sequence[Opening]

    def is_open(self, begins: datetime, ends: datetime) -> bool:
        """Return True if `[begins, ends)`, in which no opening begins or ends, lies in one of the openings."""
        before = bisect_right(self.openings, begins, key=lambda opening: opening.due_at)
        return before > 0 and ends <= self.openings[before - 1].closes_at


@dataclass(frozen=True, slots=True)
class Forecast:
    """Forecast of a mailing.

    Attributes:
        finishes_at: send time of the last message; None if some miss the end, none is waiting or the mailing is paused.
        will_miss_end: number of messages that cannot be sent before the end.
        rate_needed: smallest whole rate (messages a second) at which only messages without openings miss the end; None
            if the given rate suffices.
        paused: True if the mailing is paused: the other values hold if it is resumed now.
    """

    finishes_at: datetime | None
    will_miss_end: int
    rate_needed: int | None
    paused: bool = False


@dataclass(frozen=True, slots=True)
class _Interval:
    """Interval in which no window opens or closes, with the indexes of the groups whose windows are open."""

    begins: datetime
    seconds: float
    groups: Sequence[int]


def forecast(waiting: Sequence[Waiting], rate: float | None) -> Forecast:
    """Forecast the sending of waiting messages.

    Args:
        waiting: groups of messages. Those without openings miss the end.
        rate: messages per second; None for no limit.
    """
    unreachable = sum(each.messages for each in waiting if not each.openings)
    groups = sorted((each for each in waiting if each.openings), key=lambda each: each.openings[-1].closes_at)
    intervals = list(_intervals(groups))
    finishes_at, late = _simulate(groups, intervals, rate)
    return Forecast(
        finishes_at=None if unreachable + late else finishes_at,
        will_miss_end=unreachable + late,
        rate_needed=_rate_needed(groups, intervals) if late else None,
    )


def _intervals(groups: Sequence[Waiting]) -> Iterator[_Interval]:
    edges = {edge for each in groups for opening in each.openings for edge in (opening.due_at, opening.closes_at)}
    for begins, ends in pairwise(sorted(edges)):
        open_groups = [index for index, each in enumerate(groups) if each.is_open(begins, ends)]
        yield _Interval(begins, (ends - begins) / _SECOND, open_groups)


def _simulate(
    groups: Sequence[Waiting], intervals: Sequence[_Interval], rate: float | None
) -> tuple[datetime | None, int]:
    """Return the send time of the last message that can be sent, and the number of those that cannot."""
    left = [float(each.messages) for each in groups]
    done_at = None
    for interval in intervals:
        capacity = free = math.inf if rate is None else rate * interval.seconds
        for index in interval.groups:
            sent = min(left[index], free)
            left[index] -= sent
            free -= sent
        if free < capacity or (rate is None and interval.groups):
            done_at = interval.begins + _SECOND * ((capacity - free) / rate if rate else 0)
        if sum(left) < _ROUNDING_ERROR:
            break
    return done_at, math.ceil(sum(left) - _ROUNDING_ERROR)


def _rate_needed(groups: Sequence[Waiting], intervals: Sequence[_Interval]) -> int:
    """Return the smallest whole rate at which every message is sent."""
    too_low, enough = 0, 1
    while _simulate(groups, intervals, enough)[1]:
        too_low, enough = enough, enough * 2
    while enough - too_low > 1:
        middle = (too_low + enough) // 2
        if _simulate(groups, intervals, middle)[1]:
            too_low = middle
        else:
            enough = middle
    return enough
