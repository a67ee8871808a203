"""A message in doubt ends only as `sent` or `unknown`, whatever runs out first, and stays in doubt until then."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from dead_letters.recording import record_dead_letters
from notifications import message_state
from notifications.clients import repository as clients
from notifications.contracts.enumerations import OnUnknown, Resolution, RetriedStatus
from notifications.mailings import commands, planning, retries
from notifications.mailings import repository as mailings
from notifications.message_state import LEASE, MAX_ATTEMPTS, MAX_QUEUED_TIME
from notifications.statistics import reconciliation
from sender.providers.base import (
    OutcomeUnknown,
    OutgoingMessage,
    ProviderError,
    Rejected,
    Repeated,
    Throttled,
    Unavailable,
)
from tests.integration.sender.test_dead_letters import records_of
from tests.support.database.reasons import codes
from tests.support.mailings.claims import claim_messages
from tests.support.mailings.planned import AUTHOR
from tests.support.sender.scenario import SenderScenario

HOUR = timedelta(hours=1)
# The scenario's first client.
PHONE = "79260000001"

type Ending = Callable[[SenderScenario], None]


class Provider:
    """Provider that answers every call with an error, or accepts it."""

    name = "http"

    def __init__(self, error: ProviderError | None = None) -> None:
        self.error = error
        self.calls = 0

    async def send(self, message: OutgoingMessage) -> None:  # noqa: ARG002
        self.calls += 1
        if self.error:
            raise self.error


@pytest.fixture
def scenario(engine: Engine) -> SenderScenario:
    """Return a mailing that ends in an hour, whose only message is on the queue and in doubt."""
    scenario = SenderScenario(engine)
    scenario.fill(lasts=HOUR)
    scenario.send(Provider(OutcomeUnknown("HTTP 504", timed_out=True)))
    assert (scenario.row().status, scenario.row().in_doubt) == ("pending", True)
    scenario.requeue()
    return scenario


def execute(scenario: SenderScenario, statement: str) -> None:
    with scenario.engine.begin() as connection:
        connection.execute(text(statement), {"now": scenario.now})


def in_transaction(change: Callable[[Connection, SenderScenario], Any]) -> Ending:
    def run(scenario: SenderScenario) -> None:
        with scenario.engine.begin() as connection:
            change(connection, scenario)

    return run


def answered(error: ProviderError, *, attempts: int = 1) -> Ending:
    def run(scenario: SenderScenario) -> None:
        execute(scenario, f"UPDATE message SET attempts = {attempts}")
        scenario.send(Provider(error))

    return run


def expire(connection: Connection, scenario: SenderScenario) -> None:
    message_state.expire(connection, 1, now=scenario.now + HOUR, at_most=10)


def claimed_after_the_end(connection: Connection, scenario: SenderScenario) -> None:
    claim_messages(connection, scenario.ids, now=scenario.now + HOUR)


def cancel(connection: Connection, scenario: SenderScenario) -> None:
    commands.cancel(connection, 1, now=scenario.now)
    message_state.cancel(connection, 1, now=scenario.now, at_most=10)


def claimed_after_the_cancel(connection: Connection, scenario: SenderScenario) -> None:
    commands.cancel(connection, 1, now=scenario.now)
    claim_messages(connection, scenario.ids, now=scenario.now, provider=Provider.name)


def removed(connection: Connection, scenario: SenderScenario) -> None:
    commands.remove(connection, 1, now=scenario.now)
    message_state.cancel(connection, 1, now=scenario.now, at_most=10)


def client_deleted(connection: Connection, scenario: SenderScenario) -> None:
    clients.remove(connection, [clients.get(connection, PHONE).id], now=scenario.now)


def swept_without_a_client(connection: Connection, scenario: SenderScenario) -> None:
    connection.execute(text("DELETE FROM client"))
    message_state.sweep(connection, now=scenario.now + MAX_QUEUED_TIME + HOUR, at_most=10)


def sender_died_at_the_last_attempt(connection: Connection, scenario: SenderScenario) -> None:
    connection.execute(text(f"UPDATE message SET attempts = {MAX_ATTEMPTS - 1}, in_doubt = false"))
    claim_messages(connection, scenario.ids, now=scenario.now, provider=Provider.name)
    message_state.sweep(connection, now=scenario.now + LEASE + LEASE, at_most=10)


def sender_died_and_the_client_was_deleted(connection: Connection, scenario: SenderScenario) -> None:
    connection.execute(text("UPDATE message SET in_doubt = false"))
    claim_messages(connection, scenario.ids, now=scenario.now, provider=Provider.name)
    connection.execute(text("DELETE FROM client"))
    message_state.sweep(connection, now=scenario.now + LEASE + LEASE, at_most=10)


def no_opening_left(connection: Connection, scenario: SenderScenario) -> None:
    connection.execute(text("UPDATE message SET closes_at = :now"), {"now": scenario.now})
    message_state.put_back(connection, scenario.ids, now=scenario.now)
    connection.execute(text("UPDATE mailing SET ends_at = :now"), {"now": scenario.now})
    planning.reopen(connection, 1, now=scenario.now, at_most=10)


def schedule_without_an_opening(connection: Connection, scenario: SenderScenario) -> None:
    window = {"window_start": None, "window_end": None, "ends_at": scenario.now + HOUR / 2}
    commands.change(connection, 1, window, now=scenario.now)
    later = scenario.now + HOUR
    planning.reschedule_chunk(connection, mailings.get(connection, 1, lock=True), now=later, size=10)


def dead_letter(scenario: SenderScenario) -> None:
    record_dead_letters(scenario.engine, records_of(scenario, scenario.now + HOUR), now=scenario.now)


def client_deleted_during_the_call(scenario: SenderScenario) -> None:
    class Deleting(Provider):
        async def send(self, message: OutgoingMessage) -> None:
            in_transaction(client_deleted)(scenario)
            await super().send(message)

    scenario.send(Deleting(Unavailable("HTTP 503", retry_after=HOUR / 4)))


def value_removed_from_the_client(scenario: SenderScenario) -> None:
    # As after the death of a sender: with its text, the message would be sent again as it was.
    execute(scenario, "DELETE FROM sent_text")
    execute(scenario, "UPDATE mailing SET text = '{name}'")
    provider = Provider()
    scenario.send(provider)
    assert provider.calls == 0


ENDINGS: dict[str, Ending] = {
    "attempts run out": answered(Unavailable("HTTP 503"), attempts=MAX_ATTEMPTS - 1),
    "attempts run out in doubt": answered(OutcomeUnknown("HTTP 504", timed_out=True), attempts=MAX_ATTEMPTS - 1),
    "permanent answer": answered(Rejected("HTTP 400")),
    "pause beyond the end": answered(Throttled("HTTP 429", retry_after=5 * HOUR), attempts=6),
    "text without a value": value_removed_from_the_client,
    "end": in_transaction(expire),
    "claim after the end": in_transaction(claimed_after_the_end),
    "cancel": in_transaction(cancel),
    "claim after the cancel": in_transaction(claimed_after_the_cancel),
    "deletion of the mailing": in_transaction(removed),
    "deletion of the client": in_transaction(client_deleted),
    "deletion of the client during the call": client_deleted_during_the_call,
    "sweep without a client": in_transaction(swept_without_a_client),
    "death of the sender at the last attempt": in_transaction(sender_died_at_the_last_attempt),
    "death of the sender, and deletion of the client": in_transaction(sender_died_and_the_client_was_deleted),
    "no opening left": in_transaction(no_opening_left),
    "schedule without an opening": in_transaction(schedule_without_an_opening),
    "dead letter": dead_letter,
}


def reconciled(scenario: SenderScenario) -> None:
    with scenario.engine.connect() as connection:
        assert reconciliation.reconcile(connection, [1]).differences == []


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_a_message_in_doubt_ends_as_unknown(scenario: SenderScenario, ending: Ending) -> None:
    if ending is ENDINGS["pause beyond the end"]:
        # Too near to the end for a last try.
        scenario.now += HOUR - timedelta(minutes=1)
        execute(scenario, "UPDATE message SET closes_at = (SELECT ends_at FROM mailing), due_at = :now")
    ending(scenario)
    row = scenario.row()
    assert (row.status, row.in_doubt, row.lease_until) == ("unknown", True, None)
    assert "may have accepted" in row.last_error or row.last_error == "HTTP 504"
    codes(scenario.engine)
    reconciled(scenario)


def swept_from_a_dead_sender(connection: Connection, scenario: SenderScenario) -> None:
    connection.execute(text("UPDATE message SET in_doubt = false"))
    claim_messages(connection, scenario.ids, now=scenario.now, provider=Provider.name)
    message_state.sweep(connection, now=scenario.now + LEASE + LEASE, at_most=10)


def given_up_and_retried(connection: Connection, scenario: SenderScenario) -> None:
    unknown_and_resent(connection, scenario)
    connection.execute(text("UPDATE message SET status = 'unknown'"))
    retries.resolve(connection, 1, Resolution.GIVE_UP, None, author=AUTHOR, now=scenario.now)
    (row,) = connection.execute(text("SELECT status, in_doubt, last_error_code FROM message"))
    assert tuple(row) == ("failed", False, "given_up")
    retries.retry(connection, 1, statuses=[RetriedStatus.FAILED], author=AUTHOR, now=scenario.now)


def unknown_and_resent(connection: Connection, scenario: SenderScenario) -> None:
    connection.execute(text("DELETE FROM mailing_count"))
    connection.execute(text("UPDATE message SET status = 'unknown'"))
    message_state.count(connection, 1, {"unknown": 1})
    retries.resolve(connection, 1, Resolution.RESEND, None, author=AUTHOR, now=scenario.now)


def nothing(connection: Connection, scenario: SenderScenario) -> None:
    """Leave the doubt of the earlier claim."""


@pytest.mark.parametrize(
    "doubt",
    [nothing, swept_from_a_dead_sender, unknown_and_resent, given_up_and_retried],
    ids=lambda each: each.__name__,
)
def test_a_repeat_after_any_doubt_is_sent(
    scenario: SenderScenario, doubt: Callable[[Connection, SenderScenario], None]
) -> None:
    in_transaction(doubt)(scenario)
    with scenario.engine.begin() as connection:
        planning.reopen(connection, 1, now=scenario.now, at_most=10)
        scenario._release(connection, 1)
    scenario.send(Provider(Repeated("HTTP 409")))
    row = scenario.row()
    assert (row.status, row.in_doubt, row.last_error) == ("sent", False, None)


def test_a_message_in_doubt_of_a_deleted_client_is_not_resent(scenario: SenderScenario) -> None:
    in_transaction(client_deleted)(scenario)
    with scenario.engine.begin() as connection:
        retries.resolve(connection, 1, Resolution.RESEND, scenario.ids, author=AUTHOR, now=scenario.now)
    row = scenario.row()
    assert (row.status, row.in_doubt, row.last_error_code) == ("unknown", True, "held")
    reconciled(scenario)
    with scenario.engine.begin() as connection:
        retries.resolve(connection, 1, Resolution.GIVE_UP, scenario.ids, author=AUTHOR, now=scenario.now)
    assert (scenario.row().status, scenario.row().in_doubt) == ("failed", False)
    reconciled(scenario)


def test_the_reason_of_an_end_in_doubt_says_so(scenario: SenderScenario) -> None:
    in_transaction(cancel)(scenario)
    row = scenario.row()
    assert row.last_error == "the mailing was cancelled; the provider may have accepted the message"
    assert row.last_error_params == {
        "reason": {"code": "mailing_cancelled", "params": {}, "text": "the mailing was cancelled"}
    }


def test_the_previous_version_of_the_code_keeps_the_doubt_too(scenario: SenderScenario) -> None:
    execute(scenario, "UPDATE message SET status = 'failed'")
    assert scenario.row().status == "unknown"
    execute(scenario, "UPDATE message SET status = 'failed', last_error_code = 'given_up'")
    assert (scenario.row().status, scenario.row().in_doubt) == ("failed", False)


def test_a_mailing_that_holds_from_now_on_calls_no_message_in_doubt_again(scenario: SenderScenario) -> None:
    with scenario.engine.begin() as connection:
        commands.change(connection, 1, {"on_unknown": OnUnknown.HOLD}, now=scenario.now)
    provider = Provider()
    scenario.send(provider)
    assert (scenario.row().status, scenario.row().last_error, provider.calls) == ("unknown", "HTTP 504", 0)
    reconciled(scenario)


@dataclass
class HeldMeanwhile:
    """Provider whose answers say nothing, and whose mailing begins to hold such messages during the first call."""

    scenario: SenderScenario
    calls: int = 0
    name: str = "http"

    async def send(self, message: OutgoingMessage) -> None:  # noqa: ARG002
        self.calls += 1
        if self.calls == 1:
            with self.scenario.engine.begin() as connection:
                commands.change(connection, 1, {"on_unknown": "hold"}, now=self.scenario.now)
        raise OutcomeUnknown("no answer")


def test_a_doubt_that_arises_while_its_mailing_begins_to_hold_is_held(scenario: SenderScenario) -> None:
    execute(scenario, "UPDATE message SET in_doubt = false")
    scenario.send(HeldMeanwhile(scenario))
    assert (scenario.row().status, scenario.row().in_doubt) == ("unknown", True)
