"""Batches: concurrent calls, the time limit, and one statement each for claims and outcomes."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from dispatcher.sqs_queue import Queue
from dispatcher.tick import tick
from notifications import message_state
from notifications.database import engine as database
from notifications.mailings import repository as mailings
from notifications.messages import attempts
from provider_simulator import Provider as SimulatedProvider
from provider_simulator.behaviour import Behaviour
from sender.providers.base import OutgoingMessage
from tests.support.database.faults import end_connection
from tests.support.functions.gateway import Context as GatewayContext
from tests.support.functions.handlers import sender_over
from tests.support.mailings.simulation import TimedSqs
from tests.support.sender.scenario import SenderScenario, client_of, faulty

# In bytes. The records that the dispatcher writes have about forty.
LARGE_RECORD = 256 * 1024


class Context(GatewayContext):
    """Context of an invocation with two minutes left."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 120_000


def test_calls_are_concurrent(scenario: SenderScenario, url: str, simulated: SimulatedProvider) -> None:
    simulated.behaviour = Behaviour(latency_ms=300)
    scenario.fill(10)
    scenario.send(client_of(url))
    assert simulated.ledger.max_in_flight == 10


def test_at_most_fifty_calls_are_concurrent(scenario: SenderScenario, url: str, simulated: SimulatedProvider) -> None:
    simulated.behaviour = Behaviour(latency_ms=50)
    scenario.fill(100)
    scenario.send(client_of(url))
    assert scenario.statuses() == {"sent": 100}
    assert simulated.ledger.max_in_flight <= 50


def test_messages_not_begun_in_time_are_released_unchanged(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    scenario.fill(10)
    scenario.send(client_of(url), within=timedelta(seconds=5))
    assert {(row.status, row.attempts, row.due_at) for row in scenario.rows()} == {("pending", 0, scenario.now)}
    assert simulated.ledger.requests == 0
    assert not scenario.attempts()


def test_a_message_whose_window_closes_during_the_batch_is_not_begun(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    scenario.fill(1, lasts=timedelta(seconds=1))
    simulated.behaviour = faulty("http_503")
    scenario.now += timedelta(milliseconds=999)
    scenario.send(client_of(url))
    assert simulated.ledger.requests <= 3
    assert scenario.row().status in {"expired", "pending"}


def test_an_attempt_is_stored_with_its_outcome(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    simulated.behaviour = faulty("http_503", until_requests=3)
    scenario.fill(1)
    scenario.send(client_of(url))
    scenario.requeue()
    scenario.send(client_of(url))
    with scenario.engine.connect() as connection:
        first, second = attempts.of_message(connection, scenario.ids[0])
    assert (first.outcome, first.calls, str(first.error)[:8]) == ("pending", 3, "HTTP 503")
    assert (second.outcome, second.calls, second.error) == ("sent", 1, None)
    assert second.at == scenario.now


def test_attempts_are_bounded(scenario: SenderScenario, url: str, simulated: SimulatedProvider) -> None:
    scenario.fill(1)
    simulated.behaviour = faulty("unauthorized")
    for _ in range(message_state.ATTEMPTS_KEPT + 5):
        scenario.send(client_of(url))
        scenario.now += timedelta(minutes=6)
        scenario.requeue()
    assert scenario.row().claim == message_state.ATTEMPTS_KEPT + 5
    assert len(scenario.attempts()) == message_state.ATTEMPTS_KEPT


def test_outcomes_survive_a_database_that_fails_once(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    failures = iter([end_connection])

    def fail(connection: Connection, _: Any, statement: str, *__: Any) -> None:
        if "INSERT INTO attempt" in statement and (failure := next(failures, None)):
            failure(connection)

    scenario.fill(10)
    event.listen(scenario.engine, "before_cursor_execute", fail)
    try:
        scenario.send(client_of(url))
    finally:
        event.remove(scenario.engine, "before_cursor_execute", fail)
    assert next(failures, None) is None
    assert scenario.statuses() == {"sent": 10}
    assert simulated.ledger.requests == 10


def test_a_crash_in_one_call_fails_only_its_message(scenario: SenderScenario) -> None:
    class Broken:
        name = "broken"

        async def send(self, message: OutgoingMessage) -> None:
            if message.id == scenario.ids[0]:
                raise ZeroDivisionError

    scenario.fill(3)
    scenario.send(Broken())
    assert scenario.statuses() == {"sent": 2, "pending": 1}


def test_a_batch_is_three_statements(scenario: SenderScenario, url: str) -> None:
    scenario.fill(10)
    scenario.engine.dispose()
    seen: list[str] = []
    event.listen(scenario.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    scenario.send(client_of(url))
    assert sum("UPDATE message" in statement for statement in seen) == 2
    assert len(seen) <= 4


def test_the_handler_returns_only_unreadable_records(scenario: SenderScenario, url: str) -> None:
    scenario.now = datetime.now(UTC)
    scenario.fill(2)
    records = [{"messageId": str(each), "body": json.dumps({"message_id": each})} for each in scenario.ids]
    with sender_over(scenario.engine, client_of(url)) as handler:
        answer = handler({"Records": [{"messageId": "bad", "body": "?"}, *records]}, Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert scenario.statuses() == {"sent": 2}


def test_records_of_256_kb_are_read_or_returned(
    scenario: SenderScenario, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    scenario.now = datetime.now(UTC)
    (message_id,) = scenario.fill(1)
    readable = json.dumps({"message_id": message_id, "newer": ""})
    bodies = {
        "readable": readable.replace('""', f'"{"x" * (LARGE_RECORD - len(readable))}"'),
        "text": "x" * LARGE_RECORD,
        "nested": "[" * LARGE_RECORD,
        "digits": '{"message_id": ' + "9" * (LARGE_RECORD - 20) + "}",
    }
    assert max(map(len, bodies.values())) == LARGE_RECORD
    records = [{"messageId": name, "body": body} for name, body in bodies.items()]
    with sender_over(scenario.engine, client_of(url)) as handler:
        answer = handler({"Records": records}, Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": name} for name in ("text", "nested", "digits")]}
    assert scenario.statuses() == {"sent": 1}
    assert len(caplog.text) < 20_000


class HangingProvider:
    """Provider that answers no call until it is released, and then accepts all."""

    name = "hanging"

    def __init__(self) -> None:
        self.in_flight = 0
        self.released = Event()

    async def send(self, message: OutgoingMessage) -> None:  # noqa: ARG002
        self.in_flight += 1
        await asyncio.to_thread(self.released.wait)


@contextmanager
def hanging_calls(scenario: SenderScenario, database_url: str) -> Iterator[None]:
    """Send 20 messages by each of three senders, whose calls hang while the block runs."""
    providers = [HangingProvider() for _ in range(3)]
    senders = [
        SenderScenario(database.engine(f"{database_url}&application_name=sender{n}"), scenario.now) for n in range(3)
    ]
    threads = [
        Thread(target=sender.send, args=(provider, scenario.ids[20 * n : 20 * n + 20]))
        for n, (sender, provider) in enumerate(zip(senders, providers, strict=True))
    ]
    for thread in threads:
        thread.start()
    while sum(provider.in_flight for provider in providers) < 60:
        time.sleep(0.01)
    yield
    for provider in providers:
        provider.released.set()
    for thread in threads:
        thread.join()
    for each in senders:
        each.engine.dispose()


def test_a_hanging_provider_holds_up_neither_api_nor_dispatcher(scenario: SenderScenario, database_url: str) -> None:
    scenario.fill(60)
    queue = Queue(TimedSqs(scenario.now), "url")  # type: ignore[arg-type]
    busy = text("""
        SELECT state FROM pg_stat_activity AS session
        WHERE application_name LIKE 'sender%'
          AND (state <> 'idle' OR EXISTS (SELECT FROM pg_locks WHERE pg_locks.pid = session.pid))
    """)
    with hanging_calls(scenario, database_url):
        with scenario.engine.connect() as connection:
            assert connection.execute(busy).all() == []
            found = mailings.page(connection, order=mailings.ORDERS["-id"], after=None, limit=50)
            assert mailings.stats(connection, [row.id for row in found])
        tick(scenario.engine, queue, clock=lambda: scenario.now, until=scenario.now + timedelta(minutes=1))
        assert scenario.statuses() == {"sending": 60}
    assert scenario.statuses() == {"sent": 60}
