"""Plans of receipts and replies: shares, delays, parts, faults, and the same choices for the same seed."""

from collections import Counter
from typing import Any

import pytest

from provider_simulator import ReceiptBehaviour, ReceiptFault, ReplyBehaviour
from provider_simulator.callbacks.items import Planned, Receipt, Reply
from provider_simulator.callbacks.planning import Plan, plan_accepted, plan_stop, plan_unaccepted
from provider_simulator.callbacks.settings import ReceiptFaultKind, ReceiptState

NOW = 1_000.0
SHORT, THREE_PARTS = "Hello", "a" * 307


def behaviour(fault: ReceiptFaultKind | None = None, **settings: Any) -> ReceiptBehaviour:
    """Return receipts after exactly one second, delivered unless other shares are given."""
    faults = [ReceiptFault(kind=fault)] if fault else []
    known = {"delivered": 1, "undeliverable": 0, "delay_ms": 1000, "jitter_ms": 0, "faults": faults}
    return ReceiptBehaviour.model_validate(known | settings)


def only(state: ReceiptState, fault: ReceiptFaultKind | None = None, **settings: Any) -> ReceiptBehaviour:
    return behaviour(fault, delivered=0, **({state: 1} | settings))


def plan(settings: ReceiptBehaviour, message_id: int = 7, text: str = SHORT, seed: int = 0) -> Plan:
    return plan_accepted(settings, message_id, text, seed=seed, now=NOW)


def states(plan: Plan) -> list[tuple[float, ReceiptState]]:
    """Return time of sending and state of each receipt, in the order in which they are sent."""
    return [(each.due - NOW, each.item.state) for each in sorted(plan.receipts, key=lambda each: each.due)]


def test_a_delivered_message_has_one_receipt_after_the_delay() -> None:
    found = plan(behaviour())
    assert found == Plan((Planned(NOW + 1, Receipt(7, "delivered", NOW + 1)),), is_early=False, is_received=True)


def test_the_delay_stays_within_its_jitter() -> None:
    dues = [plan(behaviour(jitter_ms=400), number).receipts[0].due - NOW for number in range(1_000)]
    assert 0.6 <= min(dues) < 0.65
    assert 1.35 < max(dues) <= 1.4


def test_each_outcome_gets_its_share_of_the_messages() -> None:
    settings = behaviour(delivered=0.5, undeliverable=0.2, delayed=0.1, refused=0.1)
    last = [plan(settings, number).receipts[-1:] for number in range(10_000)]
    found = Counter(receipts[0].item.state if receipts else "never" for receipts in last)
    assert found["delivered"] == pytest.approx(6_000, abs=250)
    assert found["undeliverable"] == pytest.approx(2_000, abs=200)
    assert found["refused"] == pytest.approx(1_000, abs=150)
    assert found["never"] == pytest.approx(1_000, abs=150)


def test_the_same_seed_gives_a_message_the_same_receipts_in_any_order_of_calls() -> None:
    settings = behaviour(delivered=0.5, undeliverable=0.5, jitter_ms=500)
    plans = {number: plan(settings, number, seed=3) for number in range(50)}
    assert {number: plan(settings, number, seed=3) for number in reversed(range(50))} == plans
    assert {number: plan(settings, number, seed=4) for number in range(50)} != plans


def test_a_delayed_message_is_delivered_later() -> None:
    assert states(plan(only("delayed", delayed_ms=5000))) == [(1, "delayed"), (6, "delivered")]


def test_an_undeliverable_message_has_a_reason_and_is_not_received() -> None:
    found = plan(only("undeliverable", reasons=[{"code": "27", "words": "Absent subscriber"}]))
    receipt = found.receipts[0].item
    assert (receipt.state, receipt.code, receipt.words) == ("undeliverable", "27", "Absent subscriber")
    assert not found.is_received


def test_each_part_has_a_receipt() -> None:
    receipts = [each.item for each in plan(behaviour(), text=THREE_PARTS).receipts]
    assert {(each.part, each.parts, each.state) for each in receipts} == {(n, 3, "delivered") for n in (1, 2, 3)}


def test_one_part_of_an_undeliverable_message_fails() -> None:
    receipts = [each.item for each in plan(only("undeliverable"), text=THREE_PARTS).receipts]
    assert Counter(each.state for each in receipts) == {"undeliverable": 1, "delivered": 2}


def test_a_late_receipt_is_sent_long_after_its_time() -> None:
    (found,) = plan(behaviour("late", late_ms=9000)).receipts
    assert (found.due, found.item.at) == (NOW + 10, NOW + 1)


def test_an_early_receipt_is_due_at_once() -> None:
    found = plan(behaviour("early"))
    assert (found.is_early, found.receipts[0].due) == (True, NOW)


def test_a_receipt_can_be_sent_twice() -> None:
    first, second = plan(behaviour("twice")).receipts
    assert first == second


def test_an_older_receipt_can_follow_a_newer_one() -> None:
    first, second = sorted(plan(behaviour("reordered")).receipts, key=lambda each: each.due)
    assert (first.item.state, second.item.state) == ("delivered", "delayed")
    assert first.item.at > second.item.at


def test_receipts_of_parts_can_be_sent_in_reverse() -> None:
    settings = behaviour("reordered", jitter_ms=300)
    sent = sorted(plan(settings, text=THREE_PARTS).receipts, key=lambda each: each.due)
    times = [each.item.at for each in sent]
    assert len(set(times)) == 3
    assert times == sorted(times, reverse=True)


def test_a_message_that_was_never_sent_can_have_a_receipt() -> None:
    known, unknown = plan(behaviour("unknown_id")).receipts
    assert known.item.id == 7
    assert 2**62 <= unknown.item.id < 2**63


@pytest.mark.parametrize("kind", ["unsigned", "wrong_signature", "future", "too_old"])
def test_a_fault_of_the_call_stands_beside_the_receipt(kind: ReceiptFaultKind) -> None:
    (found,) = plan(behaviour(kind)).receipts
    assert (found.item.state, found.fault) == ("delivered", kind)


def test_an_unaccepted_message_has_a_receipt_only_if_so_configured() -> None:
    assert plan_unaccepted(behaviour(), 7, seed=0, now=NOW) == ()
    (refused,) = plan_unaccepted(behaviour(refused_calls=1), 7, seed=0, now=NOW)
    assert (refused.due, refused.item) == (NOW + 1, Receipt(7, "refused", NOW + 1))


def test_a_lying_provider_delivers_only_what_it_has_not_accepted() -> None:
    (lie,) = plan_unaccepted(behaviour("lying"), 7, seed=0, now=NOW)
    assert lie.item.state == "delivered"
    assert plan(behaviour("lying")) == plan(behaviour())


def test_a_share_of_the_recipients_wants_no_more_messages() -> None:
    settings = ReplyBehaviour(stop_share=0.3, delay_ms=1000, jitter_ms=0)
    replies = [plan_stop(settings, phone, seed=0, now=NOW) for phone in range(10_000)]
    stops = [each for each in replies if each]
    assert len(stops) == pytest.approx(3_000, abs=200)
    assert {each.item.text for each in stops} == {"STOP", "СТОП"}
    assert stops[0] == Planned(NOW + 1, Reply(stops[0].item.phone, stops[0].item.text, NOW + 1))
