"""RateSchedule: at which second each of a mailing's messages leaves, so that its rate and the provider's pace are kept.

The queue delays by whole seconds, so what one turn puts out leaves in groups, whole seconds from the turn's moment. A
group has at most `max_rate` messages, and groups are at least a second apart, those of different turns too. So no
stretch of n seconds has more than n * max_rate of them, wherever it begins.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class RateSchedule:
    """The schedule of one turn.

    Args:
        now: the turn's moment.
        opens_at: no message leaves before it.
        max_rate: messages in a second at the most; None for any number.
        gap: the time from one message to the next that the provider's pace asks for.
    """

    now: datetime
    opens_at: datetime
    max_rate: int | None = None
    gap: timedelta = timedelta(0)

    def capacity_before(self, before: datetime) -> int | None:
        """How many messages may leave before a moment; None for any number."""
        if self.max_rate is None:
            return None
        return self.max_rate * max(0, self._seconds_to(before) - self._seconds_to(self.opens_at))

    def assign_send_times(self, due: Sequence[datetime]) -> list[datetime]:
        """When each of the messages leaves, given when each is due: the first ones first, as far as that allows."""
        earliest = [max(each, self.opens_at + i * self.gap, self.now) for i, each in enumerate(due)]
        if self.max_rate is None:
            return earliest
        seconds = self._grouped([self._seconds_to(each) for each in earliest], self.max_rate)
        return [self.now + second * SECOND for second in seconds]

    @staticmethod
    def _grouped(earliest: Sequence[int], most: int) -> list[int]:
        taken: Counter[int] = Counter()
        first_free = 0
        assigned = []
        for each in earliest:
            second = max(each, first_free)
            while taken[second] == most:
                second += 1
            if each <= first_free:
                first_free = second
            taken[second] += 1
            assigned.append(second)
        return assigned

    def _seconds_to(self, moment: datetime) -> int:
        """Whole seconds from now to a moment, rounded up."""
        return -((self.now - moment) // SECOND)
