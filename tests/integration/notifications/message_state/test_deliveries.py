"""Receipts change deliveries, their counts, and the status of messages in doubt alone."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import Engine, text

from notifications import message_state
from notifications.contracts.enumerations import OutcomeStatus, ReceiptState, ReconciledCount
from notifications.message_state import LEASE, Outcome, deliveries
from notifications.message_state.deliveries import Applied, Receipt
from notifications.statistics import reconciliation
from notifications.statistics.reconciliation import Difference
from tests.support.mailings.claims import claim_messages
from tests.support.sender.scenario import SenderScenario

MAILING_COUNTS = text("""
    SELECT kind, value, state, sum(n) AS n FROM mailing_delivery
    GROUP BY kind, value, state HAVING sum(n) <> 0 ORDER BY kind
""")
ROW_COUNTS = text("""
    SELECT 'mailing' AS kind, '' AS value, state, count(*) AS n FROM delivery WHERE state IS NOT NULL GROUP BY state
""")


@pytest.fixture
def scenario(engine: Engine) -> SenderScenario:
    return SenderScenario(engine)


def receipt(scenario: SenderScenario, state: str, **values: object) -> Receipt:
    given = {"provider": "http", "message_id": scenario.ids[0], "at": scenario.now, **values}
    return Receipt(state=ReceiptState(state), **given)  # type: ignore[arg-type]


def apply(scenario: SenderScenario, *receipts: Receipt) -> Applied:
    with scenario.engine.begin() as connection:
        return deliveries.apply(connection, receipts, now=scenario.now)


def record(scenario: SenderScenario, status: OutcomeStatus, *, in_doubt: bool) -> None:
    outcome = Outcome(
        id=scenario.ids[0],
        claim=scenario.row().claim,
        status=status,
        in_doubt=in_doubt,
        calls=1,
        called_at=scenario.now,
        error=None if status == OutcomeStatus.SENT else "timed out",
    )
    with scenario.engine.begin() as connection:
        message_state.record_outcomes(connection, [outcome], now=scenario.now)


def claim(scenario: SenderScenario) -> None:
    with scenario.engine.begin() as connection:
        claim_messages(connection, scenario.ids, now=scenario.now)


def delivery(scenario: SenderScenario) -> str | None:
    with scenario.engine.connect() as connection:
        state: str | None = connection.scalar(text("SELECT state FROM delivery"))
        assert [tuple(row) for row in connection.execute(MAILING_COUNTS) if row.kind == "mailing"] == [
            tuple(row) for row in connection.execute(ROW_COUNTS)
        ]
        kinds = connection.scalar(text("SELECT count(DISTINCT kind) FROM mailing_delivery"))
        assert kinds == (4 if state else 0)
        assert reconciliation.reconcile(connection, [1]).differences == []
    return state


def test_a_delivery_never_falls(scenario: SenderScenario) -> None:
    scenario.fill()
    claim(scenario)
    record(scenario, OutcomeStatus.SENT, in_doubt=False)
    for state in ("delayed", "delivered", "undeliverable", "delayed", "refused"):
        apply(scenario, receipt(scenario, state))
    assert (delivery(scenario), scenario.row().status) == ("delivered", "sent")


@pytest.mark.parametrize("order", list(permutations(["delayed", "undeliverable", "delivered"])))
def test_receipts_in_any_order_end_alike(scenario: SenderScenario, order: Sequence[str]) -> None:
    scenario.fill()
    claim(scenario)
    apply(scenario, receipt(scenario, order[0]))
    record(scenario, OutcomeStatus.SENT, in_doubt=False)
    for state in order[1:]:
        apply(scenario, receipt(scenario, state), receipt(scenario, state))
    assert (delivery(scenario), scenario.row().status) == ("delivered", "sent")


@pytest.mark.parametrize("status", [OutcomeStatus.UNKNOWN, OutcomeStatus.PENDING])
def test_a_receipt_settles_a_doubt(scenario: SenderScenario, status: OutcomeStatus) -> None:
    scenario.fill()
    claim(scenario)
    record(scenario, status, in_doubt=True)
    assert apply(scenario, receipt(scenario, "delayed")).settled == {"sent": 1}
    row = scenario.row()
    assert (row.status, row.in_doubt, row.last_error, delivery(scenario)) == ("sent", False, None, "delayed")


@pytest.mark.parametrize("status", [OutcomeStatus.UNKNOWN, OutcomeStatus.PENDING])
def test_a_receipt_that_overtakes_the_outcome_settles_its_doubt(
    scenario: SenderScenario, status: OutcomeStatus
) -> None:
    scenario.fill()
    claim(scenario)
    apply(scenario, receipt(scenario, "delivered"))
    assert scenario.row().status == "sending"
    record(scenario, status, in_doubt=True)
    assert (scenario.row().status, delivery(scenario)) == ("sent", "delivered")


def test_a_receipt_for_a_sender_that_died_proves_its_call(scenario: SenderScenario) -> None:
    scenario.fill()
    claim(scenario)
    apply(scenario, receipt(scenario, "delivered"))
    scenario.now += LEASE + timedelta(seconds=1)
    with scenario.engine.begin() as connection:
        message_state.sweep(connection, now=scenario.now, at_most=10)
    assert (scenario.row().status, delivery(scenario)) == ("sent", "delivered")


def test_a_proved_message_that_is_given_back_is_not_sent_again(scenario: SenderScenario) -> None:
    scenario.fill()
    claim(scenario)
    record(scenario, OutcomeStatus.PENDING, in_doubt=True)
    scenario.requeue()
    claim(scenario)
    apply(scenario, receipt(scenario, "delivered"))
    with scenario.engine.begin() as connection:
        message_state.give_back(connection, scenario.ids, lease_until=scenario.now + LEASE, now=scenario.now)
    assert (scenario.row().status, delivery(scenario)) == ("sent", "delivered")


def test_a_refused_message_is_sent_again_while_its_mailing_may(scenario: SenderScenario) -> None:
    scenario.fill()
    claim(scenario)
    record(scenario, OutcomeStatus.UNKNOWN, in_doubt=True)
    assert apply(scenario, receipt(scenario, "refused")).settled == {"pending": 1}
    row = scenario.row()
    assert (row.in_doubt, row.last_error_code) == (False, "refused_later")
    apply(scenario, receipt(scenario, "delayed"))
    assert (scenario.row().status, delivery(scenario)) == ("sent", "undeliverable")


def test_a_refused_message_of_a_mailing_that_is_over_fails(scenario: SenderScenario) -> None:
    scenario.fill()
    claim(scenario)
    record(scenario, OutcomeStatus.UNKNOWN, in_doubt=True)
    scenario.now += timedelta(days=2)
    assert apply(scenario, receipt(scenario, "refused")).settled == {"failed": 1}
    assert (scenario.row().status, delivery(scenario)) == ("failed", "undeliverable")


def test_a_refused_message_of_a_deleted_client_fails(scenario: SenderScenario) -> None:
    scenario.fill()
    claim(scenario)
    record(scenario, OutcomeStatus.UNKNOWN, in_doubt=True)
    with scenario.engine.begin() as connection:
        connection.execute(text("DELETE FROM client"))
    assert apply(scenario, receipt(scenario, "refused")).settled == {"failed": 1}


def test_what_is_certain_is_not_rewritten(scenario: SenderScenario) -> None:
    scenario.fill()
    claim(scenario)
    record(scenario, OutcomeStatus.FAILED, in_doubt=False)
    assert apply(scenario, receipt(scenario, "delivered")).settled == {}
    assert (scenario.row().status, delivery(scenario)) == ("failed", "delivered")


def test_parts_are_told_apart(scenario: SenderScenario) -> None:
    scenario.fill()
    claim(scenario)
    record(scenario, OutcomeStatus.SENT, in_doubt=False)
    apply(scenario, receipt(scenario, "delivered", part=2, parts=2))
    assert delivery(scenario) is None
    apply(scenario, receipt(scenario, "undeliverable", part=1, parts=2, code="1", words="absent"))
    assert delivery(scenario) == "undeliverable"
    apply(scenario, receipt(scenario, "delivered", part=1, parts=2))
    assert delivery(scenario) == "delivered"


def test_a_wrong_count_of_deliveries_is_found(scenario: SenderScenario) -> None:
    scenario.fill()
    claim(scenario)
    record(scenario, OutcomeStatus.SENT, in_doubt=False)
    apply(scenario, receipt(scenario, "delivered"))
    with scenario.engine.begin() as connection:
        connection.execute(text("UPDATE mailing_delivery SET n = n + 1 WHERE kind = 'provider'"))
    with scenario.engine.connect() as connection:
        assert reconciliation.reconcile(connection, [1]).differences == [
            Difference(1, ReconciledCount.DELIVERY, "provider http delivered", 1, 2)
        ]


def test_receipts_of_unknown_messages_are_returned(scenario: SenderScenario) -> None:
    scenario.fill()
    unknown = receipt(scenario, "delivered", message_id=123_456)
    assert apply(scenario, unknown, receipt(scenario, "delayed")).unknown == [unknown]
