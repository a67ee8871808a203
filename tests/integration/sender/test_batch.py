"""A batch as a whole: side by side, in time, one claim and one outcome statement."""

import json
import time
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

from sqlalchemy import Connection, event

from dispatcher.sqs_queue import Queue
from dispatcher.tick import tick
from notifications import message_state
from notifications.database import engine as database
from notifications.mailings import repository as mailings
from notifications.messages import attempts
from provider_simulator import Provider as StandIn
from provider_simulator.behaviour import Behaviour
from tests.support.database.faults import end_connection
from tests.support.gateway import Context as GatewayContext
from tests.support.handlers import sender_over
from tests.support.mailings.simulation import TimedSqs
from tests.support.sender.scenario import World, client_of, faulty


class Context(GatewayContext):
    """An invocation that has a minute left."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 60_000


def test_calls_go_out_side_by_side(world: World, url: str, stand_in: StandIn) -> None:
    stand_in.behaviour = Behaviour(latency_ms=300)
    world.fill(10)
    world.send(client_of(url))
    assert stand_in.ledger.max_in_flight == 10


def test_no_more_than_fifty_at_once(world: World, url: str, stand_in: StandIn) -> None:
    stand_in.behaviour = Behaviour(latency_ms=50)
    world.fill(100)
    world.send(client_of(url))
    assert world.statuses() == {"sent": 100}
    assert stand_in.ledger.max_in_flight <= 50


def test_what_was_not_begun_in_time_goes_back_untouched(world: World, url: str, stand_in: StandIn) -> None:
    world.fill(10)
    world.send(client_of(url), within=timedelta(seconds=5))
    assert {(row.status, row.attempts, row.due_at) for row in world.rows()} == {("pending", 0, world.now)}
    assert stand_in.ledger.requests == 0
    assert not world.attempts()


def test_a_message_whose_window_closes_during_the_batch_is_not_begun(world: World, url: str, stand_in: StandIn) -> None:
    world.fill(1, lasts=timedelta(seconds=1))
    stand_in.behaviour = faulty("http_503")
    world.now += timedelta(milliseconds=999)
    world.send(client_of(url))
    assert stand_in.ledger.requests <= 3
    assert world.row().status in {"expired", "pending"}


def test_an_attempt_is_remembered_with_its_outcome(world: World, url: str, stand_in: StandIn) -> None:
    stand_in.behaviour = faulty("http_503", until_requests=3)
    world.fill(1)
    world.send(client_of(url))
    world.requeue()
    world.send(client_of(url))
    with world.engine.connect() as connection:
        first, second = attempts.of(connection, world.ids[0])
    assert (first.outcome, first.calls, str(first.error)[:8]) == ("pending", 3, "HTTP 503")
    assert (second.outcome, second.calls, second.error) == ("sent", 1, None)
    assert second.at == world.now


def test_attempts_are_bounded(world: World, url: str, stand_in: StandIn) -> None:
    world.fill(1)
    stand_in.behaviour = faulty("unauthorized")
    for _ in range(message_state.ATTEMPTS_KEPT + 5):
        world.send(client_of(url))
        world.now += timedelta(minutes=6)
        world.requeue()
    assert world.row().claim == message_state.ATTEMPTS_KEPT + 5
    assert len(world.attempts()) == message_state.ATTEMPTS_KEPT


def test_outcomes_survive_a_database_that_fails_once(world: World, url: str, stand_in: StandIn) -> None:
    failures = iter([end_connection])

    def fail(connection: Connection, _: Any, statement: str, *__: Any) -> None:
        if "INSERT INTO attempt" in statement and (failure := next(failures, None)):
            failure(connection)

    world.fill(10)
    event.listen(world.engine, "before_cursor_execute", fail)
    try:
        world.send(client_of(url))
    finally:
        event.remove(world.engine, "before_cursor_execute", fail)
    assert next(failures, None) is None
    assert world.statuses() == {"sent": 10}
    assert stand_in.ledger.requests == 10


def test_a_client_that_breaks_harms_only_its_message(world: World) -> None:
    class Broken:
        name = "broken"

        async def send(self, message_id: int, phone: str, text: str) -> None:  # noqa: ARG002
            if message_id == world.ids[0]:
                raise ZeroDivisionError

    world.fill(3)
    world.send(Broken())
    assert world.statuses() == {"sent": 2, "pending": 1}


def test_a_batch_is_three_statements(world: World, url: str) -> None:
    world.fill(10)
    world.engine.dispose()
    seen: list[str] = []
    event.listen(world.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    world.send(client_of(url))
    assert sum("message" in statement for statement in seen) == 2
    assert len(seen) <= 4


def test_the_handler_gives_back_only_what_cannot_be_read(world: World, url: str) -> None:
    world.now = datetime.now(UTC)
    world.fill(2)
    records = [{"messageId": str(each), "body": json.dumps({"message_id": each})} for each in world.ids]
    with sender_over(world.engine, client_of(url)) as handler:
        answer = handler({"Records": [{"messageId": "bad", "body": "?"}, *records]}, Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert world.statuses() == {"sent": 2}


def timed(action: Any) -> float:
    """The median duration of an action in milliseconds."""
    durations = []
    for _ in range(15):
        started = time.perf_counter()
        action()
        durations.append(time.perf_counter() - started)
    return sorted(durations)[7] * 1000


def test_a_provider_that_hangs_slows_neither_api_nor_dispatcher(
    world: World, url: str, stand_in: StandIn, database_url: str, record_property: Any
) -> None:
    world.fill(60)
    queue = Queue(TimedSqs(world.now), "url")  # type: ignore[arg-type]

    def ask() -> None:
        with world.engine.connect() as connection:
            found = mailings.page(connection, order=mailings.ORDERS["-id"], after=None, limit=50)
            mailings.stats(connection, [row.id for row in found])

    def run_tick() -> None:
        tick(world.engine, queue, clock=lambda: world.now, until=world.now + timedelta(minutes=1))

    before = timed(ask), timed(run_tick)
    stand_in.behaviour = faulty("hang")
    senders = [World(database.engine(f"{database_url}&application_name=sender{n}"), world.now) for n in range(3)]
    threads = [
        Thread(target=each.send, args=(client_of(url, deadline=6), world.ids[20 * n : 20 * n + 20]))
        for n, each in enumerate(senders)
    ]
    for thread in threads:
        thread.start()
    while stand_in.ledger.in_flight < 60:
        time.sleep(0.01)
    during = timed(ask), timed(run_tick)
    assert stand_in.ledger.in_flight == 60
    for thread in threads:
        thread.join()
    for each in senders:
        each.engine.dispose()
    record_property("API and tick, ms", f"{before} -> {during}")
    print(f"\nAPI and tick in ms, before {before}, with 60 calls hanging {during}")  # noqa: T201
    for calm, hanging in zip(before, during, strict=True):
        assert hanging < 3 * calm + 50
