"""Receipts in events of AWS End User Messaging.

A configuration set sends them by an SNS topic to the queue of receipts. Their types are listed in the service's
user guide, "Event types for SMS, MMS, and voice".
"""

from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from notifications.contracts.enumerations import ReceiptState
from notifications.message_state.deliveries import Receipt
from notifications.texts.redaction import hide_phones

LONGEST_WORDS: Final = 400
# States by event type. None: the event says nothing of the delivery.
STATES: Final[dict[str, ReceiptState | None]] = {
    "TEXT_DELIVERED": ReceiptState.DELIVERED,
    # In many countries the carrier's acceptance is the last that is known; the event is final there.
    "TEXT_SUCCESSFUL": ReceiptState.DELIVERED,
    "TEXT_SENT": None,
    "TEXT_PENDING": None,
    "TEXT_QUEUED": None,
    # After 72 hours without an answer of the carrier.
    "TEXT_UNKNOWN": None,
    "TEXT_BLOCKED": ReceiptState.UNDELIVERABLE,
    "TEXT_CARRIER_BLOCKED": ReceiptState.UNDELIVERABLE,
    "TEXT_CARRIER_UNREACHABLE": ReceiptState.UNDELIVERABLE,
    "TEXT_INVALID": ReceiptState.UNDELIVERABLE,
    "TEXT_INVALID_MESSAGE": ReceiptState.UNDELIVERABLE,
    "TEXT_PROTECT_BLOCKED": ReceiptState.UNDELIVERABLE,
    "TEXT_SPAM": ReceiptState.UNDELIVERABLE,
    "TEXT_TTL_EXPIRED": ReceiptState.UNDELIVERABLE,
    "TEXT_UNREACHABLE": ReceiptState.UNDELIVERABLE,
}


class _Context(BaseModel):
    """Our data in an event: the id and the provider's name of the call."""

    message_id: int = Field(ge=1, lt=2**63)
    provider: str = Field(min_length=1, max_length=40)


class _Event(BaseModel):
    """The fields of an event that are read."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(alias="eventType")
    at: AwareDatetime = Field(alias="eventTimestamp")
    is_final: bool = Field(alias="isFinal", default=True)
    words: str = Field(alias="messageStatusDescription", default="")
    context: _Context | None = None

    @property
    def state(self) -> ReceiptState | None:
        """Return the state that the event reports; None if it reports none, or one of another channel."""
        state = STATES.get(self.type)
        if self.is_final:
            return state
        # The carrier tries again.
        return ReceiptState.DELAYED if state is ReceiptState.UNDELIVERABLE else None


def read(body: str) -> list[Receipt]:
    """Return the receipt of an event, if there is one: messages that others send have none.

    Raises:
        ValidationError: the body is no event.
    """
    event = _Event.model_validate_json(body)
    if event.context is None or event.state is None:
        return []
    is_failure = event.state is not ReceiptState.DELIVERED
    return [
        Receipt(
            provider=event.context.provider,
            message_id=event.context.message_id,
            state=event.state,
            code=event.type if is_failure else None,
            words=hide_phones(event.words)[:LONGEST_WORDS] or None if is_failure else None,
            at=event.at,
        )
    ]
