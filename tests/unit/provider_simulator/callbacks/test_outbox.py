"""The outbox: order, batches, repeats, and its bound."""

from collections.abc import Sequence

from provider_simulator.callbacks.items import Planned, Receipt, Reply
from provider_simulator.callbacks.outbox import MAX_BATCH, Call, Outbox


def receipt(message_id: int, due: float) -> Planned[Receipt]:
    return Planned(due, Receipt(message_id, "delivered", due))


def filled(receipts: Sequence[Planned[Receipt]], max_waiting: int = 5_000) -> Outbox:
    outbox = Outbox(max_waiting)
    for each in receipts:
        outbox.add("receipts", each)
    return outbox


def ids(call: Call | None) -> list[int]:
    assert call
    return [item.id for item in call.items if isinstance(item, Receipt)]


def test_what_is_due_at_about_the_same_time_comes_in_order_in_one_call() -> None:
    outbox = filled([receipt(1, 10.15), receipt(2, 10.1), receipt(3, 10.4)])
    assert outbox.pop(10.25) is None
    assert ids(outbox.pop(10.35)) == [2, 1]
    assert not outbox.is_empty
    assert ids(outbox.pop(11)) == [3]
    assert outbox.is_empty


def test_a_call_has_a_limited_number_of_items() -> None:
    outbox = filled([receipt(number, 1) for number in range(MAX_BATCH + 5)])
    assert [len(ids(outbox.pop(2))) for _ in range(2)] == [MAX_BATCH, 5]


def test_receipts_replies_and_faults_have_calls_of_their_own() -> None:
    outbox = filled([receipt(1, 1), receipt(2, 2)._replace(fault="unsigned"), receipt(3, 4)])
    outbox.add("replies", Planned(3, Reply(79, "STOP", 3)))
    calls = [outbox.pop(9) for _ in range(3)]
    assert [(call.kind, call.fault, len(call.items)) for call in calls if call] == [
        ("receipts", None, 2),
        ("receipts", "unsigned", 1),
        ("replies", None, 1),
    ]


def test_a_repeated_call_keeps_its_id_and_items() -> None:
    outbox = filled([receipt(1, 1)])
    call = outbox.pop(2)
    assert call
    outbox.repeat(call, 5)
    assert (outbox.pop(4), outbox.pop(5)) == (None, call)


def test_items_count_until_their_call_is_finished_and_those_beyond_the_bound_are_dropped() -> None:
    outbox = filled([receipt(number, 1) for number in range(5)], max_waiting=3)
    assert (outbox.waiting["receipts"], outbox.dropped["receipts"]) == (3, 2)
    call = outbox.pop(2)
    assert call
    assert outbox.waiting["receipts"] == 3
    outbox.finish(call)
    assert outbox.waiting["receipts"] == 0
