"""Plans the receipts and the reply that follow a call: pure functions of settings, seed, message and time.

Random choices depend on the seed and the message id or phone only, and so not on the order of calls.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from provider_simulator.callbacks import receipt_faults
from provider_simulator.callbacks.items import Planned, Receipt, Reply
from provider_simulator.callbacks.parts import part_count
from provider_simulator.callbacks.settings import ReceiptBehaviour, ReceiptFaultKind, ReceiptState, ReplyBehaviour
from provider_simulator.shares import choose


@dataclass(frozen=True, slots=True)
class Plan:
    """Receipts of an accepted message.

    Attributes:
        is_early: send the receipts before the answer to the call.
        is_received: the recipient has got the message, with or without a receipt.
    """

    receipts: tuple[Planned[Receipt], ...]
    is_early: bool
    is_received: bool


def plan_accepted(settings: ReceiptBehaviour, message_id: int, text: str, *, seed: int, now: float) -> Plan:
    """Plan the receipts of an accepted message."""
    random = _random(seed, message_id)
    fault, outcome = _choose_fault(settings, random), choose(settings.outcomes, random.random())
    receipts = [] if outcome is None else sorted(_receipts(settings, outcome, message_id, text, random), key=_at)
    planned = [Planned(now + receipt.at, receipt._replace(at=now + receipt.at)) for receipt in receipts]
    return Plan(
        receipts=tuple(receipt_faults.apply(fault, planned, settings, random, now)),
        is_early=fault == "early",
        is_received=outcome not in {"undeliverable", "refused"},
    )


def plan_unaccepted(
    settings: ReceiptBehaviour, message_id: int, *, seed: int, now: float
) -> tuple[Planned[Receipt], ...]:
    """Plan the receipt of a valid message that was not accepted, if it has one."""
    random = _random(seed, message_id, "unaccepted")
    is_lie, is_refused = _choose_fault(settings, random) == "lying", random.random() < settings.refused_calls
    if not (is_lie or is_refused):
        return ()
    at = now + _seconds(settings.delay_ms, settings.jitter_ms, random)
    return (Planned(at, Receipt(message_id, "delivered" if is_lie else "refused", at)),)


def plan_stop(settings: ReplyBehaviour, phone: int, *, seed: int, now: float) -> Planned[Reply] | None:
    """Plan the reply of a recipient who wants no more messages, or return None for any other recipient."""
    random = _random(seed, phone, "stop")
    if random.random() >= settings.stop_share:
        return None
    at = now + _seconds(settings.delay_ms, settings.jitter_ms, random)
    return Planned(at, Reply(phone, random.choice(settings.stop_texts), at))


def _random(*seed: object) -> Random:
    return Random(repr(seed))  # noqa: S311 - a simulation, the same every time


def _choose_fault(settings: ReceiptBehaviour, random: Random) -> ReceiptFaultKind | None:
    return choose(((fault.kind, fault.share) for fault in settings.faults), random.random())


def _receipts(
    settings: ReceiptBehaviour, outcome: ReceiptState, message_id: int, text: str, random: Random
) -> Iterator[Receipt]:
    """Yield the receipts of each part, with times from the call on; of an undeliverable message, one part fails."""
    parts = part_count(text)
    failed_part, reason = random.randint(1, parts), random.choice(settings.reasons)
    for part in range(1, parts + 1):
        at = _seconds(settings.delay_ms, settings.jitter_ms, random)
        receipt = Receipt(message_id, "delivered", at, part, parts)
        match outcome:
            case "undeliverable" if part == failed_part:
                yield receipt._replace(state="undeliverable", code=reason.code, words=reason.words)
            case "refused":
                yield receipt._replace(state="refused")
            case "delayed":
                yield receipt._replace(state="delayed")
                yield receipt._replace(at=at + settings.delayed_ms / 1000)
            case _:
                yield receipt


def _at(receipt: Receipt) -> float:
    return receipt.at


def _seconds(delay_ms: float, jitter_ms: float, random: Random) -> float:
    return max(0, delay_ms + random.uniform(-1, 1) * jitter_ms) / 1000
