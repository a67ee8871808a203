"""The parts of a check: its reservation for a batch, and the times to which it binds calls."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self

from sqlalchemy import Connection

from notifications.message_state import Claimed
from notifications.messages.admission.limits import Limits, MailingRate

type Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class CallTime:
    """Time of a call.

    Attributes:
        at: the call is made then or shortly after.
        rate: the mailing's rate by which a further call needs a further time; None without one.
        provider: the provider by whose limit a further call needs a further time; None without one.
    """

    at: datetime
    rate: MailingRate | None = None
    provider: str | None = None

    def joined(self, other: Self | None) -> Self:
        """Return the time of a call that two limits bind: the later one."""
        if other is None:
            return self
        return type(self)(max(self.at, other.at), self.rate or other.rate, self.provider or other.provider)


class Reservation(Protocol):
    """A check's reservation for a batch. Its rows are locked until the transaction ends."""

    @property
    def postponed(self) -> Mapping[int, datetime]:
        """Return the messages that are not admitted, each with the time at which it is due again."""

    def use(self, connection: Connection, claimed: Sequence[Claimed]) -> Mapping[int, CallTime]:
        """Save what the claimed messages use, and give back the rest.

        Returns:
            The times of calls that may not be made at once, by message id.
        """


# Locks a limit's rows and reserves what the messages need; None if nothing limits them.
type Check = Callable[[Connection, Limits, Sequence[int], Clock], Reservation | None]
