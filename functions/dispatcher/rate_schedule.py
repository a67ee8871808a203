"""Rate schedule: send times of one release, within the rates of the mailing and the provider.

The queue delays by whole seconds, so a release is sent in groups, each a whole number of seconds after the release.
A group has at most `max_rate` messages, and groups are at least a second apart, also across releases. So any n
seconds have at most n * max_rate messages.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class RateSchedule:
    """Assigns send times to the messages of one release.

    Args:
        now: time of the release.
        opens_at: earliest send time.
        max_rate: the mailing's limit in messages a second; None for no limit.
        gap: shortest time between two messages by the provider's rate limit.
    """

    now: datetime
    opens_at: datetime
    max_rate: int | None = None
    gap: timedelta = timedelta(0)

    def capacity_before(self, before: datetime) -> int | None:
        """Return how many messages may be sent before a moment; None for no limit."""
        if self.max_rate is None:
            return None
        return self.max_rate * max(0, self._seconds_to(before) - self._seconds_to(self.opens_at))

    def assign_send_times(self, due: Sequence[datetime]) -> list[datetime]:
        """Return the send time of each message, given their due times in order of precedence."""
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
        """Return the seconds from now to a moment, rounded up."""
        return -((self.now - moment) // SECOND)
