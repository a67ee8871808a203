"""Receipt of a provider for a message, or for one part of it."""

from dataclasses import dataclass
from datetime import datetime

from notifications.contracts.enumerations import ReceiptState


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt of a provider.

    Attributes:
        provider: the provider's name.
        message_id: our id, under which the message was sent.
        part, parts: number of the part, from 1 on, and the number of parts.
        code, words: the provider's own, for an undeliverable message.
        at: time of the state, as the provider gives it.
    """

    provider: str
    message_id: int
    state: ReceiptState
    part: int = 1
    parts: int = 1
    code: str | None = None
    words: str | None = None
    at: datetime
