"""Rate schedule: send times of one release, within the rates of the mailing and the provider.

Messages of a mailing with a rate are spread over slots, which follow each other like the calls in its call schedule.
The queue delays by whole seconds, and senders may be busy: the rate itself is kept where messages are claimed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from notifications.schedules.call_schedule import gap_of

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class RateSchedule:
    """Assigns send times to the messages of one release.

    Args:
        now: time of the release.
        opens_at: earliest send time.
        max_rate: the mailing's limit in messages a second; None for no limit.
        provider_gap: shortest time between two messages by the provider's rate limit.
    """

    now: datetime
    opens_at: datetime
    max_rate: int | None = None
    provider_gap: timedelta = timedelta(0)

    @property
    def gap(self) -> timedelta:
        """Return the time between two messages; zero for no limit."""
        return self.provider_gap if self.max_rate is None else max(gap_of(self.max_rate), self.provider_gap)

    def capacity_before(self, before: datetime) -> int | None:
        """Return how many messages may be sent before a moment; None for no limit by the mailing."""
        if self.max_rate is None:
            return None
        return max(0, _rounded_up(before - self.opens_at, self.gap))

    def assign_send_times(self, due: Sequence[datetime]) -> list[datetime]:
        """Return the send time of each message, given their due times in order of precedence."""
        if self.max_rate is None:
            return [max(each, self.opens_at + i * self.gap, self.now) for i, each in enumerate(due)]
        slots = _Slots()
        taken = [slots.take(_rounded_up(each - self.opens_at, self.gap)) for each in due]
        return [self.opens_at + slot * self.gap for slot in taken]

    def queue_time(self, send_at: datetime) -> datetime:
        """Return the time at which the queue delivers a message, which delays by whole seconds."""
        return self.now + _rounded_up(send_at - self.now, SECOND) * SECOND


@dataclass(slots=True)
class _Slots:
    """Numbered slots for one message each.

    Attributes:
        next_free: for a taken slot, a slot near the next free one: the way to it grows shorter with each use.
    """

    next_free: dict[int, int] = field(default_factory=dict)

    def take(self, earliest: int) -> int:
        """Take the first free slot that is not before `earliest` or the first one."""
        found = max(earliest, 0)
        passed = []
        while found in self.next_free:
            passed.append(found)
            found = self.next_free[found]
        self.next_free |= dict.fromkeys([*passed, found], found + 1)
        return found


def _rounded_up(span: timedelta, unit: timedelta) -> int:
    return -(-span // unit)
