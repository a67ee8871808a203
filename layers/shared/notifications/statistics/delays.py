"""How late messages left: the time from being due to being sent, told apart by the bounds that are counted."""

import math
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from notifications.contracts.enumerations import MessageStatus
from notifications.database.tables import mailing_hour

# The promise: 95 % of messages leave within 10 s of being due.
PROMISED = timedelta(seconds=10)
PROMISED_SHARE = 0.95
# The bound of what was later than every bound.
BEYOND = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Delays:
    """Messages sent, by how many seconds they were less late than: the upper bounds of `mailing_hour.delay`."""

    by_bound: dict[int, int]

    @property
    def sent(self) -> int:
        """How many there are."""
        return sum(self.by_bound.values())

    @property
    def share_in_time(self) -> float | None:
        """The share that left within the promised time, 0 to 1; None if nothing was sent."""
        in_time = sum(n for bound, n in self.by_bound.items() if bound <= PROMISED.total_seconds())
        return in_time / self.sent if self.sent else None

    @property
    def p95_seconds(self) -> int | None:
        """Seconds within which the promised share left; None if nothing was sent."""
        return self.percentile(PROMISED_SHARE)

    def percentile(self, share: float) -> int | None:
        """Seconds within which a share of the messages, 0 to 1, left; None if nothing was sent."""
        needed = math.ceil(share * self.sent)
        reached = 0
        for bound, n in sorted(self.by_bound.items()):
            reached += n
            if reached >= needed:
                return bound
        return None


def read(connection: Connection, *conditions: ColumnElement[bool]) -> Delays:
    """The delays of what was sent, as far as conditions on `mailing_hour` hold."""
    query = (
        select(mailing_hour.c.delay, func.sum(mailing_hour.c.n))
        .where(mailing_hour.c.status == MessageStatus.SENT, *conditions)
        .group_by(mailing_hour.c.delay)
    )
    return Delays({bound: int(n) for bound, n in connection.execute(query).all()})
