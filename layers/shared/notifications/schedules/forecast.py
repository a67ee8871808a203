"""When a mailing will be done at a rate, and how many messages its end will overtake: arithmetic, no rows.

Messages flow out at the rate while windows are open, those that close for good first going first.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from notifications.schedules.send_windows import Opening

_SECOND = timedelta(seconds=1)
# What is left of a message by rounding, and is none.
_NOTHING = 1e-6


@dataclass(frozen=True, slots=True)
class Waiting:
    """Messages that wait, and the stretches in which they may go, in order."""

    messages: int
    openings: Sequence[Opening]

    def is_open(self, begins: datetime, ends: datetime) -> bool:
        """Whether all of `[begins, ends)`, which no opening's edge cuts, lies in an opening."""
        before = bisect_right(self.openings, begins, key=lambda opening: opening.due_at)
        return before > 0 and ends <= self.openings[before - 1].closes_at


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be expected.

    Attributes:
        finishes_at: when the last message leaves; None if some never will, and when nothing waits.
        will_miss_end: how many will not have left before the end.
        rate_needed: whole messages per second with which none would be late for want of speed; None if none is.
    """

    finishes_at: datetime | None
    will_miss_end: int
    rate_needed: int | None


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A time in which nothing opens or closes, and which groups are open in it."""

    begins: datetime
    seconds: float
    groups: Sequence[int]


def forecast(waiting: Sequence[Waiting], rate: float | None) -> Forecast:
    """The forecast for what waits.

    Args:
        rate: messages per second; None for no limit.
    """
    shut = sum(each.messages for each in waiting if not each.openings)
    groups = sorted((each for each in waiting if each.openings), key=lambda each: each.openings[-1].closes_at)
    stretches = list(_stretches(groups))
    finishes_at, late = _flow(groups, stretches, rate)
    return Forecast(
        finishes_at=None if shut + late else finishes_at,
        will_miss_end=shut + late,
        rate_needed=_rate_needed(groups, stretches) if late else None,
    )


def _stretches(groups: Sequence[Waiting]) -> Iterator[_Stretch]:
    edges = {edge for each in groups for opening in each.openings for edge in (opening.due_at, opening.closes_at)}
    for begins, ends in pairwise(sorted(edges)):
        open_groups = [index for index, each in enumerate(groups) if each.is_open(begins, ends)]
        yield _Stretch(begins, (ends - begins) / _SECOND, open_groups)


def _flow(groups: Sequence[Waiting], stretches: Sequence[_Stretch], rate: float | None) -> tuple[datetime | None, int]:
    """When the last that can leave has left, and how many cannot."""
    left = [float(each.messages) for each in groups]
    done_at = None
    for stretch in stretches:
        room = free = math.inf if rate is None else rate * stretch.seconds
        for index in stretch.groups:
            sent = min(left[index], free)
            left[index] -= sent
            free -= sent
        if free < room or (rate is None and stretch.groups):
            done_at = stretch.begins + _SECOND * ((room - free) / rate if rate else 0)
        if sum(left) < _NOTHING:
            break
    return done_at, math.ceil(sum(left) - _NOTHING)


def _rate_needed(groups: Sequence[Waiting], stretches: Sequence[_Stretch]) -> int:
    """The smallest whole rate that leaves none behind."""
    too_low, enough = 0, 1
    while _flow(groups, stretches, enough)[1]:
        too_low, enough = enough, enough * 2
    while enough - too_low > 1:
        middle = (too_low + enough) // 2
        if _flow(groups, stretches, middle)[1]:
            too_low = middle
        else:
            enough = middle
    return enough
