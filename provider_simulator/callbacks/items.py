"""Receipts and replies, and when they are due to be sent."""

from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from provider_simulator.callbacks.settings import CallFault, ReceiptState

type Kind = Literal["receipts", "replies"]


class Receipt(NamedTuple):
    """State of a message, or of one of its parts, since `at` (seconds since 1970)."""

    id: int
    state: ReceiptState
    at: float
    part: int = 1
    parts: int = 1
    code: str | None = None
    words: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the receipt as it is sent, without code and words if it has none."""
        fields = self._asdict() | {"at": iso_time(self.at)}
        return {name: value for name, value in fields.items() if value is not None}


class Reply(NamedTuple):
    """A text that a phone has sent to the provider at `at` (seconds since 1970)."""

    phone: int
    text: str
    at: float

    def as_json(self) -> dict[str, Any]:
        """Return the reply as it is sent."""
        return {"phone": str(self.phone), "text": self.text, "at": iso_time(self.at)}


type Item = Receipt | Reply


class Planned[T: Item](NamedTuple):
    """An item, when it is due to be sent, and the fault of the call that sends it."""

    due: float
    item: T
    fault: CallFault | None = None


def iso_time(seconds: float) -> str:
    """Return seconds since 1970 as RFC 3339 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
