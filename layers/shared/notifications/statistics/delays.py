"""Delays of sent messages, counted by upper bounds in seconds.

A delay begins when the message could first have gone (docs/decisions/0048-lateness.md).
"""

import math
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from notifications.contracts.enumerations import MessageStatus
from notifications.database.tables import mailing_hour

# The promise: 95 % of messages are sent within 10 s of their due time.
PROMISED = timedelta(seconds=10)
PROMISED_SHARE = 0.95
# The bound of messages that were later than every other bound.
BEYOND = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Delays:
    """Numbers of messages sent, by the upper bound of their delay in seconds (`mailing_hour.delay`)."""

    by_bound: dict[int, int]

    @property
    def sent(self) -> int:
        """Return the number of messages sent."""
        return sum(self.by_bound.values())

    @property
    def share_in_time(self) -> float | None:
        """Return the share (0 to 1) sent within the promised delay, or None if nothing was sent."""
        in_time = sum(n for bound, n in self.by_bound.items() if bound <= PROMISED.total_seconds())
        return in_time / self.sent if self.sent else None

    @property
    def p95_seconds(self) -> int | None:
        """Return the delay in seconds within which the promised share was sent, or None if nothing was sent."""
        return self.percentile(PROMISED_SHARE)

    def percentile(self, share: float) -> int | None:
        """Return the delay in seconds within which a share (0 to 1) was sent, or None if nothing was sent."""
        needed = math.ceil(share * self.sent)
        reached = 0
        for bound, n in sorted(self.by_bound.items()):
            reached += n
            if reached >= needed:
                return bound
        return None


def read(connection: Connection, *conditions: ColumnElement[bool]) -> Delays:
    """Return the delays of sent messages for which the conditions on `mailing_hour` hold."""
    query = (
        select(mailing_hour.c.delay, func.sum(mailing_hour.c.n))
        .where(mailing_hour.c.status == MessageStatus.SENT, *conditions)
        .group_by(mailing_hour.c.delay)
    )
    return Delays({bound: int(n) for bound, n in connection.execute(query).all()})
