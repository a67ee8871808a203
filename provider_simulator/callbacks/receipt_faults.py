"""Faults of receipts: functions that change the receipts planned for one message."""

from collections.abc import Sequence
from random import Random
from typing import get_args

from provider_simulator.callbacks.items import Planned, Receipt
from provider_simulator.callbacks.settings import CallFault, ReceiptBehaviour, ReceiptFaultKind

type Receipts = Sequence[Planned[Receipt]]

_CALL_FAULTS: dict[str, CallFault] = {kind: kind for kind in get_args(CallFault.__value__)}
# No message has an id from here on: senders count from 1.
_UNKNOWN_IDS = 2**62


def apply(
    fault: ReceiptFaultKind | None, receipts: Receipts, settings: ReceiptBehaviour, random: Random, now: float
) -> Receipts:
    """Return the receipts of an accepted message with a fault. `lying` changes those of other messages only."""
    match fault:
        case None | "lying":
            changed = receipts
        case "late":
            changed = [each._replace(due=each.due + settings.late_ms / 1000) for each in receipts]
        case "early":
            changed = [each._replace(due=now) for each in receipts]
        case "twice":
            changed = [each for each in receipts for _ in range(2)]
        case "reordered":
            changed = _reordered(receipts, now)
        case "unknown_id":
            changed = [*receipts, _unknown(random, at=now + settings.delay_ms / 1000)]
        case _:
            changed = [each._replace(fault=_CALL_FAULTS[fault]) for each in receipts]
    return changed


def _reordered(receipts: Receipts, now: float) -> Receipts:
    """Return the receipts in reverse order. A single one is followed by an older `delayed`."""
    if len(receipts) == 1:
        at = (now + receipts[0].due) / 2
        delayed = receipts[0].item._replace(state="delayed", at=at, code=None, words=None)
        receipts = [Planned(at, delayed), *receipts]
    dues = [each.due for each in receipts]
    return [each._replace(due=due) for each, due in zip(reversed(receipts), dues, strict=True)]


def _unknown(random: Random, *, at: float) -> Planned[Receipt]:
    return Planned(at, Receipt(_UNKNOWN_IDS + random.getrandbits(61), "delivered", at))
