"""Messages of ended mailings without receipts become unconfirmed, in chunks, and a later receipt raises them."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from notifications.contracts.observability import metrics
from notifications.message_state.deliveries.receipt_checks import CHECKED_FOR, Check
from notifications.messages.callbacks import receipts
from receiver.receiving import receive_records
from tests.integration.receiver.test_receiving import counts, receipt, records, states
from tests.support.functions.replies import reply_rules
from tests.support.sender.scenario import SenderScenario

WAIT = timedelta(hours=72)
SECOND = timedelta(seconds=1)


@pytest.fixture
def scenario(engine: Engine) -> SenderScenario:
    return SenderScenario(engine)


def end(scenario: SenderScenario, mailing_id: int = 1) -> None:
    with scenario.engine.begin() as connection:
        values = {"id": mailing_id, "now": scenario.now}
        connection.execute(text("UPDATE mailing SET status = 'finished', finished_at = :now WHERE id = :id"), values)


def check(scenario: SenderScenario, *, after: timedelta = WAIT, at_most: int = 100) -> Counter[str]:
    settings = Check(provider="http", wait=WAIT, at_most=at_most)
    receipts.check_missing(scenario.engine, settings, now=scenario.now + after)
    return states(scenario)


@pytest.fixture(autouse=True)
def _emitted() -> None:
    metrics.clear_metrics()


def test_messages_are_unconfirmed_when_the_wait_is_over(scenario: SenderScenario) -> None:
    scenario.fill(3, status="sent")
    assert check(scenario, after=10 * WAIT) == {}
    end(scenario)
    assert check(scenario, after=WAIT - SECOND) == {}
    receive_records(scenario.engine, records([receipt(2)]), rules=reply_rules, now=scenario.now)
    for _ in range(2):
        assert check(scenario) == counts(scenario) == {"unconfirmed": 2, "delivered": 1}
    for kind in ("operator_code", "provider", "hour"):
        assert counts(scenario, kind) == {"unconfirmed": 2, "delivered": 1}


def test_a_mailing_is_checked_in_chunks(scenario: SenderScenario) -> None:
    scenario.fill(5, status="sent")
    scenario.fill(2, status="sent")
    end(scenario, 1)
    end(scenario, 2)
    found = [check(scenario, at_most=2)["unconfirmed"] for _ in range(6)]
    assert found == [2, 4, 5, 7, 7, 7]


@pytest.mark.parametrize("status", ["failed", "expired", "unknown", "cancelled", "suppressed"])
def test_only_sent_messages_are_unconfirmed(scenario: SenderScenario, status: str) -> None:
    scenario.fill(2, status=status)
    end(scenario)
    assert check(scenario) == {}


def test_a_mailing_that_goes_on_is_checked_after_its_next_end(scenario: SenderScenario) -> None:
    scenario.fill(2, status="sent")
    end(scenario)
    assert check(scenario) == {"unconfirmed": 2}
    with scenario.engine.begin() as connection:
        connection.execute(text("DELETE FROM delivery WHERE message_id = 2"))
    assert check(scenario) == {"unconfirmed": 1}
    scenario.now += timedelta(hours=1)
    end(scenario)
    assert check(scenario) == {"unconfirmed": 2}


def test_mailings_that_ended_long_ago_stay_as_they_are(scenario: SenderScenario) -> None:
    scenario.fill(1, status="sent")
    end(scenario)
    assert check(scenario, after=WAIT + CHECKED_FOR) == {}
    assert check(scenario, after=WAIT + CHECKED_FOR - SECOND) == {"unconfirmed": 1}


@pytest.mark.parametrize("state", ["delayed", "undeliverable", "delivered"])
def test_a_late_receipt_raises_an_unconfirmed_message(scenario: SenderScenario, state: str) -> None:
    scenario.fill(1, status="sent")
    end(scenario)
    assert check(scenario) == {"unconfirmed": 1}
    receive_records(scenario.engine, records([receipt(1, state)]), rules=reply_rules, now=scenario.now)
    assert states(scenario) == counts(scenario) == {state: 1}


def test_a_receipt_of_one_part_leaves_the_others_unconfirmed(scenario: SenderScenario) -> None:
    scenario.fill(1, status="sent")
    end(scenario)
    check(scenario)
    receive_records(scenario.engine, records([receipt(1, parts=2)]), rules=reply_rules, now=scenario.now)
    assert states(scenario) == counts(scenario) == {"unconfirmed": 1}
    receive_records(scenario.engine, records([receipt(1, part=2, parts=2)]), rules=reply_rules, now=scenario.now)
    assert states(scenario) == counts(scenario) == {"delivered": 1}


def test_messages_outside_mailings_are_checked_in_chunks(scenario: SenderScenario) -> None:
    ids = scenario.fill_direct(5)
    with scenario.engine.begin() as connection:
        connection.execute(text("UPDATE message SET status = 'sent', sent_at = :now"), {"now": scenario.now})
    assert check(scenario, after=WAIT - SECOND) == {}
    receive_records(scenario.engine, records([receipt(ids[0])]), rules=reply_rules, now=scenario.now)
    found = [check(scenario, at_most=2)["unconfirmed"] for _ in range(4)]
    assert found == [1, 3, 4, 4]
