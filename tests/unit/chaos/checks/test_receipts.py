"""The checks of receipts find receipts that were lost, and deliveries that no receipt reports."""

from notifications.contracts.enumerations import Delivery
from tests.chaos.checks.receipts import SentReceipt, not_applied, unreported

DELIVERED, UNDELIVERABLE, DELAYED = Delivery.DELIVERED, Delivery.UNDELIVERABLE, Delivery.DELAYED


def test_an_acknowledged_receipt_that_was_not_applied_is_found() -> None:
    receipts = [
        SentReceipt(1, DELIVERED, True),
        SentReceipt(2, DELAYED, True),
        SentReceipt(3, DELIVERED, True),
        SentReceipt(4, DELIVERED, False),
    ]
    found = {1: None, 2: DELIVERED, 3: DELAYED, 4: None}
    assert not_applied(found, receipts) == [1, 3]


def test_the_order_and_repeats_of_receipts_do_not_matter() -> None:
    receipts = [SentReceipt(1, DELIVERED, True), SentReceipt(1, DELAYED, True), SentReceipt(1, DELAYED, True)]
    assert not_applied({1: DELIVERED}, receipts) == []
    assert not_applied({1: DELAYED}, receipts) == [1]


def test_receipts_of_ids_without_a_message_are_left_out() -> None:
    assert not_applied({1: None}, [SentReceipt(2**62, DELIVERED, True)]) == []


def test_a_delivery_without_a_receipt_is_found() -> None:
    receipts = [SentReceipt(1, DELAYED, True), SentReceipt(2, UNDELIVERABLE, False)]
    found = {1: DELIVERED, 2: UNDELIVERABLE, 3: DELIVERED, 4: None, 5: DELIVERED}
    assert unreported(found, receipts, message_ids=[1, 2, 3, 4]) == [1, 3]
