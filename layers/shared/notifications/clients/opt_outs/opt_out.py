"""Opt-outs: people who must not be messaged, by phone."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Self

from notifications.contracts.enumerations import OptOutScope, OptOutSource
from notifications.contracts.phrases import Json
from notifications.schedules.moments import as_text

MAX_REASON_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """A person who must not be messaged.

    Attributes:
        reason: in the words of whoever recorded it; None without one.
    """

    phone: str
    scope: OptOutScope
    source: OptOutSource
    reason: str | None
    at: datetime

    def widens(self, other: "OptOut") -> bool:
        """Return True if this opt-out covers messages that the other one does not."""
        return (other.scope, self.scope) == (OptOutScope.MARKETING, OptOutScope.ALL)

    def widening(self, other: "OptOut") -> Self:
        """Return this opt-out in place of the other one, whose reason it keeps if it has none of its own."""
        return replace(self, reason=self.reason or other.reason)

    def as_json(self) -> dict[str, Json]:
        """Return the opt-out as the API and the audit log show it."""
        return asdict(self) | {"at": as_text(self.at)}


def of_erased(phone: str, at: datetime) -> OptOut:
    """Return the opt-out of an erased person, which is stored as a hash of the phone alone."""
    return OptOut(phone=phone, scope=OptOutScope.ALL, source=OptOutSource.ERASURE, reason=None, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A given opt-out after it was recorded.

    Attributes:
        before: the opt-out that the phone had; None if it had none.
        after: the opt-out that it has: the given one, or the former one if that is as wide.
    """

    before: OptOut | None
    after: OptOut

    @property
    def is_new(self) -> bool:
        """Return True if the phone had no opt-out."""
        return self.before is None

    @property
    def is_changed(self) -> bool:
        """Return True if the opt-out is new or wider than before."""
        return self.before != self.after
