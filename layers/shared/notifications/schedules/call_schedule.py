"""Call schedule: the times at which the messages of a mailing may be called, within its rate.

A rate is a promise about what the provider sees: no 10 seconds have more calls than 10 times the rate and a batch, and
no second more than twice the rate and one. A call arrives up to `MAX_SLIP` after its time, and calls of a batch arrive
together, so the schedule stays a little below the rate (docs/decisions/0049-admission.md).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Self

# Share of the rate that is used. The rest is what calls that arrive late may add to 10 seconds.
PACE = Fraction(19, 20)
# A call may begin this much after its time. A later one takes a new time.
MAX_SLIP = timedelta(seconds=0.25)
# A message whose time is further away is not waited for: its sender has others to send. Nor is a batch whose first time
# is too far away: in a backlog each sender would wait for one or two messages.
MAX_WAIT = timedelta(seconds=2)
MAX_FIRST_WAIT = timedelta(seconds=1)
# Calls may be early by this much, so that those of a batch are made together. At low rates the promise leaves room for
# most of a second, at high ones for as many calls as a batch has.
SHORTEST_LEAD, LONGEST_LEAD = timedelta(seconds=0.25), timedelta(seconds=0.75)
BATCH = 10


def gap_of(rate: int) -> timedelta:
    """Return the time between two calls of a mailing with a rate in messages a second."""
    return timedelta(microseconds=math.ceil(1_000_000 / (rate * PACE)))


def last_awaited(times: Sequence[datetime], *, now: datetime) -> datetime:
    """Return the time up to which a sender waits for calls of a batch with these times."""
    return now + (MAX_WAIT if times[0] <= now + MAX_FIRST_WAIT else MAX_FIRST_WAIT)


@dataclass(frozen=True, slots=True)
class CallSchedule:
    """Times of a mailing's calls.

    Attributes:
        rate: the mailing's limit in messages a second.
        next_call_at: time of the next call if all were evenly spaced.
    """

    rate: int
    next_call_at: datetime

    @property
    def lead(self) -> timedelta:
        """Return how early a call may be."""
        return min(LONGEST_LEAD, SHORTEST_LEAD + timedelta(seconds=(BATCH - 1) / self.rate))

    def take(self, calls: int, *, now: datetime) -> tuple[list[datetime], Self]:
        """Return the times of the next calls, and the schedule after them. Times that nobody took are lost."""
        first, gap = max(self.next_call_at, now), gap_of(self.rate)
        times = [max(now, first + number * gap - self.lead) for number in range(calls)]
        return times, replace(self, next_call_at=first + calls * gap)
