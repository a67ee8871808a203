"""Receipts end in the same delivery and status in whatever order, early, late and repeated."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.contracts.enumerations import Delivery, MessageStatus, ReceiptState
from notifications.message_state.deliveries import Receipt
from notifications.message_state.deliveries.rules import Doubt, MessageDelivery, after, settle

BEGIN = datetime(2030, 1, 1, tzinfo=UTC)


def receipt(state: ReceiptState, *, part: int = 1, parts: int = 1, second: int = 0, code: str | None = None) -> Receipt:
    at = BEGIN + timedelta(seconds=second)
    return Receipt(provider="http", message_id=1, state=state, part=part, parts=parts, at=at, code=code)


@st.composite
def receipts(draw: st.DrawFn) -> list[Receipt]:
    """Return receipts of one message, which may contradict each other and come twice."""
    parts = draw(st.integers(1, 3))
    one = st.builds(
        receipt,
        st.sampled_from(ReceiptState),
        part=st.integers(1, parts),
        parts=st.just(parts),
        second=st.integers(0, 2),
        code=st.sampled_from([None, "absent", "barred"]),
    )
    found = draw(st.lists(one, min_size=1, max_size=5))
    return found + draw(st.lists(st.sampled_from(found), max_size=1))


@given(receipts())
def test_every_order_ends_in_the_same_delivery(
    given_receipts: Sequence[Receipt],
) -> None:
    ends = {_key(after(MessageDelivery(), order)) for order in permutations(given_receipts)}
    assert len(ends) == 1


@given(receipts(), st.sampled_from(MessageStatus), st.booleans(), st.booleans())
def test_every_order_and_split_settles_a_doubt_alike(
    given_receipts: Sequence[Receipt], status: MessageStatus, in_doubt: bool, may_be_sent: bool
) -> None:
    begin = Doubt(status, in_doubt, None, may_be_sent)
    ends = {_settled(begin, order).status for order in permutations(given_receipts)}
    at_once = after(MessageDelivery(), given_receipts)
    together = settle(begin, at_once, refused_now=any(each.state == ReceiptState.REFUSED for each in given_receipts))
    assert ends == {together or status}


def _settled(doubt: Doubt, order: Sequence[Receipt]) -> Doubt:
    """Return the message after the receipts, each in a batch of its own."""
    delivery = MessageDelivery()
    for each in order:
        new = after(delivery, [each])
        changed = new != delivery
        delivery = new
        is_refused = each.state == ReceiptState.REFUSED and changed
        status = settle(doubt, delivery, refused_now=is_refused)
        if status is not None:
            code = None if status == MessageStatus.SENT else "refused_later"
            doubt = Doubt(status, False, code, doubt.may_be_sent)
    return doubt


def _key(delivery: MessageDelivery) -> tuple[object, ...]:
    return (
        delivery.state,
        delivery.is_accepted,
        delivery.part_count,
        sorted(delivery.parts.items(), key=lambda each: each[0]).__repr__(),
    )


@pytest.mark.parametrize(
    ("states", "parts", "expected"),
    [
        ([ReceiptState.DELIVERED], 1, Delivery.DELIVERED),
        ([ReceiptState.DELIVERED], 2, None),
        ([ReceiptState.DELIVERED, ReceiptState.DELIVERED], 2, Delivery.DELIVERED),
        ([ReceiptState.DELIVERED, ReceiptState.UNDELIVERABLE], 2, Delivery.UNDELIVERABLE),
        ([ReceiptState.UNDELIVERABLE], 2, Delivery.UNDELIVERABLE),
        ([ReceiptState.DELAYED], 2, Delivery.DELAYED),
        ([ReceiptState.REFUSED], 1, Delivery.UNDELIVERABLE),
    ],
)
def test_a_message_shows_the_worst_of_its_parts(
    states: Sequence[ReceiptState], parts: int, expected: Delivery | None
) -> None:
    given_receipts = [receipt(state, part=number + 1, parts=parts) for number, state in enumerate(states)]
    assert after(MessageDelivery(), given_receipts).state == expected


@pytest.mark.parametrize(
    ("status", "in_doubt", "state", "expected"),
    [
        (MessageStatus.UNKNOWN, True, ReceiptState.DELAYED, MessageStatus.SENT),
        (MessageStatus.PENDING, True, ReceiptState.UNDELIVERABLE, MessageStatus.SENT),
        (MessageStatus.QUEUED, True, ReceiptState.DELIVERED, MessageStatus.SENT),
        (MessageStatus.SENDING, True, ReceiptState.DELIVERED, None),
        (MessageStatus.SENT, False, ReceiptState.REFUSED, None),
        (MessageStatus.FAILED, False, ReceiptState.DELIVERED, None),
        (MessageStatus.PENDING, False, ReceiptState.DELIVERED, None),
        (MessageStatus.UNKNOWN, True, ReceiptState.REFUSED, MessageStatus.PENDING),
    ],
)
def test_only_a_doubt_is_settled(
    status: MessageStatus, in_doubt: bool, state: ReceiptState, expected: MessageStatus | None
) -> None:
    delivery = after(MessageDelivery(), [receipt(state)])
    doubt = Doubt(status, in_doubt, None, may_be_sent=True)
    assert settle(doubt, delivery, refused_now=state == ReceiptState.REFUSED) == expected


def test_a_refused_message_fails_when_its_mailing_is_over() -> None:
    delivery = after(MessageDelivery(), [receipt(ReceiptState.REFUSED)])
    doubt = Doubt(MessageStatus.UNKNOWN, True, None, may_be_sent=False)
    assert settle(doubt, delivery, refused_now=True) == MessageStatus.FAILED
