"""A message of a deleted client never waits again, whatever brought it back: it is cancelled at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, text

from notifications import message_state
from notifications.clients import repository as clients
from notifications.contracts.enumerations import Resolution
from notifications.mailings import commands, planning, retries
from notifications.mailings import repository as mailings
from notifications.message_state import LEASE
from notifications.statistics import reconciliation
from sender.providers.base import OutgoingMessage, Unavailable
from tests.support.mailings.claims import claim_messages
from tests.support.mailings.planned import AUTHOR
from tests.support.sender.scenario import SenderScenario

# The scenario's first client.
PHONE = "79260000001"


@pytest.fixture
def scenario(engine: Engine) -> SenderScenario:
    return SenderScenario(engine)


def delete_client(scenario: SenderScenario) -> None:
    with scenario.engine.begin() as connection:
        clients.remove(connection, [clients.get(connection, PHONE).id], now=scenario.now)


def cancelled_and_counted(scenario: SenderScenario) -> bool:
    row = scenario.row()
    with scenario.engine.connect() as connection:
        assert reconciliation.reconcile(connection, [1]).differences == []
    return (row.status, row.last_error_code, row.last_error) == (
        "cancelled",
        "client_deleted",
        "the client was deleted",
    )


def retry(connection: Connection, scenario: SenderScenario) -> None:
    retries.retry(connection, 1, author=AUTHOR, now=scenario.now)
    assert mailings.get(connection, 1).status == "running"


def resend(connection: Connection, scenario: SenderScenario) -> None:
    retries.resolve(connection, 1, Resolution.RESEND, scenario.ids, author=AUTHOR, now=scenario.now)


@pytest.mark.parametrize(("status", "decide"), [("failed", retry), ("unknown", resend)])
def test_an_operator_brings_it_back(
    scenario: SenderScenario, status: str, decide: Callable[[Connection, SenderScenario], None]
) -> None:
    scenario.fill(status=status)
    delete_client(scenario)
    with scenario.engine.begin() as connection:
        decide(connection, scenario)
        assert mailings.finish(connection, [1], now=scenario.now) == [1]
    assert cancelled_and_counted(scenario)


def test_a_retry_of_deleted_clients_alone_leaves_a_finished_mailing_finished(scenario: SenderScenario) -> None:
    scenario.fill(status="failed")
    delete_client(scenario)
    with scenario.engine.begin() as connection:
        mailings.finish(connection, [1], now=scenario.now)
        retries.retry(connection, 1, author=AUTHOR, now=scenario.now)
        assert mailings.get(connection, 1).status == "finished"
    assert cancelled_and_counted(scenario)


def test_other_messages_are_retried(scenario: SenderScenario) -> None:
    scenario.fill(3, status="failed")
    delete_client(scenario)
    with scenario.engine.begin() as connection:
        retries.retry(connection, 1, author=AUTHOR, now=scenario.now)
    assert scenario.statuses() == {"cancelled": 1, "pending": 2}


def test_the_client_is_deleted_during_a_call_that_fails(scenario: SenderScenario) -> None:
    class Provider:
        name = "http"

        async def send(self, message: OutgoingMessage) -> None:  # noqa: ARG002
            delete_client(scenario)
            raise Unavailable("HTTP 503", retry_after=timedelta(hours=30))

    scenario.fill(lasts=timedelta(days=3))
    scenario.send(Provider())
    assert cancelled_and_counted(scenario)
    (attempt,) = scenario.attempts()
    assert attempt.error == "HTTP 503"


def test_the_client_is_deleted_during_a_call_and_the_sender_dies(scenario: SenderScenario) -> None:
    scenario.fill()
    with scenario.engine.begin() as connection:
        claim_messages(connection, scenario.ids, now=scenario.now)
    delete_client(scenario)
    scenario.now += LEASE + timedelta(seconds=1)
    with scenario.engine.begin() as connection:
        (swept,) = message_state.sweep(connection, now=scenario.now, at_most=10)
    # The provider may have accepted the message.
    assert swept.status == scenario.row().status == "unknown"
    assert scenario.statuses() == {"unknown": 1}
    (attempt,) = scenario.attempts()
    assert attempt.error_code == "worker_died"


def test_the_client_is_deleted_while_the_message_is_retried(scenario: SenderScenario) -> None:
    """The deletion does not see the retry, nor the retry the deletion, so the message waits without a client."""
    scenario.fill(2, status="pending")
    with scenario.engine.begin() as connection:
        connection.execute(text("DELETE FROM client WHERE phone = :phone"), {"phone": PHONE})
        connection.execute(text("UPDATE message SET closes_at = :now"), {"now": scenario.now})
        assert planning.reopen(connection, 1, now=scenario.now, at_most=1) == 1
        assert planning.reopen(connection, 1, now=scenario.now, at_most=1) == 1
    assert scenario.statuses() == {"cancelled": 1, "pending": 1}


def test_a_message_without_a_client_is_cancelled_with_the_next_change_of_schedule(scenario: SenderScenario) -> None:
    scenario.fill(status="pending")
    with scenario.engine.begin() as connection:
        connection.execute(text("DELETE FROM client"))
        commands.change(connection, 1, {"ends_at": scenario.now + timedelta(days=2)}, now=scenario.now)
        planning.reschedule_chunk(connection, mailings.get(connection, 1, lock=True), now=scenario.now, size=10)
    assert cancelled_and_counted(scenario)


def test_a_queued_message_without_a_client_is_cancelled_by_the_claim(scenario: SenderScenario) -> None:
    scenario.fill()
    with scenario.engine.begin() as connection:
        connection.execute(text("DELETE FROM client"))
        assert claim_messages(connection, scenario.ids, now=scenario.now) == []
    assert cancelled_and_counted(scenario)
