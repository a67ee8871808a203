"""Rules by which receipts change a message: pure functions, with the same result in any order of the receipts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from notifications.contracts.enumerations import Delivery, MessageStatus, ReceiptState
from notifications.contracts.reasons import Reason
from notifications.message_state.deliveries.receipts import Receipt

# A message has the first of these that one of its parts has. A part without a receipt is worse than a delivered one.
_WORST_FIRST = (Delivery.UNDELIVERABLE, Delivery.DELAYED)
# Key of the whole message among its parts, whose numbers begin with 1: no receipt has come in time.
_WHOLE = 0


@dataclass(frozen=True, slots=True)
class Part:
    """Delivery of one part, with time, code and words of its receipt."""

    state: Delivery
    at: datetime
    code: str | None = None
    words: str | None = None

    def after(self, before: "Part | None") -> "Part":
        """Return the part with the higher delivery; of two with the same, the earlier, then by code and words."""
        if before is None or before == self:
            return self
        if before.state == self.state:
            return min(before, self, key=lambda each: (each.at, each.code or "", each.words or ""))
        return self if self.state.after(before.state) == self.state else before


@dataclass(frozen=True, slots=True)
class MessageDelivery:
    """Delivery of a message, as its receipts so far report it.

    Attributes:
        parts: parts with a receipt, by number; `unconfirmed` for the whole message if it had none for too long.
        part_count: number of its parts.
        is_accepted: a receipt has proved that the provider took the message.
    """

    parts: Mapping[int, Part] = field(default_factory=dict)
    part_count: int = 1
    is_accepted: bool = False

    @property
    def state(self) -> Delivery | None:
        """Return the worst delivery of the parts; None while a part has no receipt and no other one is worse."""
        found = {part.state for part in self.parts.values()}
        worst = next((each for each in _WORST_FIRST if each in found), None)
        if worst is not None:
            return worst
        if len(self.parts.keys() - {_WHOLE}) < self.part_count:
            return Delivery.UNCONFIRMED if _WHOLE in self.parts else None
        return Delivery.DELIVERED

    @property
    def deciding(self) -> Part | None:
        """Return the part that has the message's state, the one with the lowest number."""
        return next((part for _, part in sorted(self.parts.items()) if part.state == self.state), None)


def unconfirmed(now: datetime) -> MessageDelivery:
    """Return the delivery of a message whose receipts have not come in time."""
    return MessageDelivery({_WHOLE: Part(Delivery.UNCONFIRMED, now)})


def after(delivery: MessageDelivery, receipts: Iterable[Receipt]) -> MessageDelivery:
    """Return the delivery after further receipts of the message."""
    for each in receipts:
        delivery = _after(delivery, each)
    return delivery


def _after(delivery: MessageDelivery, receipt: Receipt) -> MessageDelivery:
    is_refused = receipt.state == ReceiptState.REFUSED
    state = Delivery.UNDELIVERABLE if is_refused else Delivery(receipt.state)
    part = Part(state, receipt.at, receipt.code, receipt.words).after(delivery.parts.get(receipt.part))
    return replace(
        delivery,
        parts={**delivery.parts, receipt.part: part},
        part_count=max(delivery.part_count, receipt.parts, receipt.part),
        is_accepted=delivery.is_accepted or not is_refused,
    )


# Ends of doubt that a receipt can still correct: an operator's decision, and a refusal.
_CORRECTABLE = (Reason.GIVEN_UP, Reason.REFUSED_LATER)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Acceptance of a message as its status has it, without receipts.

    Attributes:
        code: code of its last error.
        may_be_sent: its mailing runs and has not ended, its client is not deleted, and it has attempts left.
    """

    status: MessageStatus
    in_doubt: bool
    code: str | None
    may_be_sent: bool


def settle(doubt: Doubt, delivery: MessageDelivery, *, refused_now: bool) -> MessageStatus | None:
    """Return the status that settles a message's doubt; None if the receipts settle none.

    The sender itself records the outcome of a message that is `sending`, by what the receipts have proved.

    Args:
        refused_now: a new receipt says that the provider has not taken the message.
    """
    if doubt.status in (MessageStatus.SENDING, MessageStatus.SENT):
        return None
    if delivery.is_accepted:
        return MessageStatus.SENT if doubt.in_doubt or doubt.code in _CORRECTABLE else None
    if not (refused_now and doubt.in_doubt):
        return None
    return MessageStatus.PENDING if doubt.may_be_sent else MessageStatus.FAILED
