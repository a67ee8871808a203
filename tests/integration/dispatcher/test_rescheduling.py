"""What waits follows a changed window and a changed end; what was scheduled before is never sent by the old times."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from dispatcher import planning
from dispatcher.sqs_queue import Queue
from dispatcher.tick import tick
from notifications import message_state
from notifications.contracts.enumerations import Verdict
from notifications.mailings import commands
from notifications.mailings import repository as mailings
from notifications.message_state import Outcome
from notifications.statistics import reconciliation
from tests.support.database.reasons import codes
from tests.support.mailings.simulation import TimedSqs
from tests.support.sender.scenario import NOW, World

HOUR = timedelta(hours=1)
# In Moscow, where the world's clients live, it is 13:00.
OPEN = (time(9), time(21))
OPENS_AT_15 = {"window_start": time(15), "window_end": time(16)}
SHUT_TILL_MORNING = {"window_start": time(9), "window_end": time(12)}


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)


def change(world: World, values: Mapping[str, Any]) -> None:
    with world.engine.begin() as connection:
        commands.change(connection, 1, values)


def run_tick(world: World) -> list[int]:
    """A tick. Gives the ids of the messages that it put out."""
    sqs = TimedSqs(world.now)
    tick(world.engine, Queue(sqs, "url"), clock=lambda: world.now, until=world.now + HOUR)  # type: ignore[arg-type]
    return sorted(message_id for _, message_id in sqs.waiting)


def claim(world: World) -> list[int]:
    with world.engine.begin() as connection:
        return [each.id for each in message_state.claim(connection, world.ids, now=world.now)]


def due_times(world: World) -> set[tuple[datetime | None, datetime | None]]:
    return {(row.due_at, row.closes_at) for row in world.rows()}


def reconciled(world: World) -> bool:
    with world.engine.connect() as connection:
        return not reconciliation.reconcile(connection, [1]).differences


@pytest.mark.parametrize("status", ["pending", "queued"])
def test_what_waits_follows_a_changed_window(world: World, status: str) -> None:
    world.fill(3, status=status, window=OPEN)
    change(world, OPENS_AT_15)
    assert run_tick(world) == []
    assert due_times(world) == {(NOW + 2 * HOUR, NOW + 3 * HOUR)}
    assert world.statuses() == {status: 3}
    world.now += 2 * HOUR
    if status == "pending":
        assert run_tick(world) == world.ids
    assert claim(world) == world.ids


def test_the_claim_refuses_what_the_old_window_allowed_and_the_next_tick_finds_it(world: World) -> None:
    world.fill(2, window=OPEN)
    change(world, OPENS_AT_15)
    assert claim(world) == []
    assert world.statuses() == {"pending": 2}
    run_tick(world)
    assert due_times(world) == {(NOW + 2 * HOUR, NOW + 3 * HOUR)}


def test_what_is_at_the_provider_meanwhile_follows_when_it_comes_back(world: World) -> None:
    world.fill(2, window=OPEN)
    with world.engine.begin() as connection:
        first, second = message_state.claim(connection, world.ids, now=world.now)
    change(world, OPENS_AT_15)
    run_tick(world)
    deferred = Outcome(id=first.id, claim=1, verdict=Verdict.PENDING, due_at=NOW + HOUR, closes_at=NOW + 8 * HOUR)
    expired = Outcome(id=second.id, claim=1, verdict=Verdict.EXPIRED)
    with world.engine.begin() as connection:
        assert message_state.settle(connection, [deferred, expired], now=world.now) == set(world.ids)
    world.now += HOUR
    run_tick(world)
    assert due_times(world) == {(NOW + 2 * HOUR, NOW + 3 * HOUR)}


def test_a_worker_that_died_meanwhile_leaves_it_to_the_new_window(world: World) -> None:
    world.fill(1, window=OPEN)
    claim(world)
    change(world, OPENS_AT_15)
    world.now += message_state.LEASE + timedelta(seconds=1)
    run_tick(world)
    run_tick(world)
    assert due_times(world) == {(NOW + 2 * HOUR, NOW + 3 * HOUR)}


def test_the_pause_of_a_retry_is_kept(world: World) -> None:
    world.fill(3, status="pending", window=OPEN, lasts=timedelta(days=2))
    pauses = [timedelta(minutes=10), timedelta(hours=2, minutes=10), timedelta(hours=5)]
    with world.engine.begin() as connection:
        for message_id, pause in zip(world.ids, pauses, strict=True):
            connection.execute(
                text("UPDATE message SET attempts = 1, due_at = :due WHERE id = :id"),
                {"id": message_id, "due": NOW + pause},
            )
    change(world, OPENS_AT_15)
    run_tick(world)
    opens, closes = NOW + 2 * HOUR, NOW + 3 * HOUR
    assert [(row.due_at, row.closes_at) for row in world.rows()] == [
        (opens, closes),
        (NOW + pauses[1], closes),
        (NOW + pauses[2], NOW + pauses[2]),
    ]
    world.now += pauses[2]
    run_tick(world)
    assert world.rows()[2].due_at == opens + timedelta(days=1)


def test_what_never_opens_any_more_expires(world: World) -> None:
    world.fill(2, status="pending", window=OPEN, lasts=timedelta(hours=10))
    change(world, SHUT_TILL_MORNING)
    run_tick(world)
    assert world.statuses() == {"expired": 2}
    assert codes(world.engine) == {"window_never_opens_again"}
    assert reconciled(world)


def test_a_later_end_reaches_who_was_out_of_reach(world: World) -> None:
    world.fill(2, status="pending", window=OPEN, lasts=timedelta(hours=10))
    with world.engine.begin() as connection:
        connection.execute(text("UPDATE message SET status = 'expired', due_at = NULL, closes_at = NULL WHERE id = 2"))
        connection.execute(text("UPDATE mailing_count SET n = 1 WHERE status = 'pending'"))
        message_state.count(connection, 1, {"expired": 1})
    change(world, {"ends_at": NOW + timedelta(days=2)})
    assert run_tick(world) == world.ids
    assert world.statuses() == {"queued": 2}
    assert (world.rows()[1].last_error, world.rows()[1].last_error_code) == (None, None)


def test_an_earlier_end_is_kept(world: World) -> None:
    world.fill(2, status="pending", window=(time(15), time(16)))
    change(world, {"ends_at": NOW + HOUR})
    run_tick(world)
    assert world.statuses() == {"expired": 2}


def test_a_large_mailing_is_rescheduled_in_chunks_and_nothing_leaves_before(world: World) -> None:
    world.fill(5, status="pending", window=OPEN)
    change(world, {"window_start": time(8), "window_end": time(22)})
    for changed in (2, 2, 1):
        with world.engine.connect() as connection:
            assert planning.behind(connection) == [1]
            assert mailings.finish(connection, [1], now=world.now) == []
        assert planning.reschedule_next(world.engine, 1, now=world.now, chunk_size=2) == changed
    with world.engine.connect() as connection:
        assert planning.behind(connection) == []
    assert run_tick(world) == world.ids


def test_a_second_change_starts_over(world: World) -> None:
    world.fill(4, status="pending", window=OPEN)
    change(world, SHUT_TILL_MORNING)
    planning.reschedule_next(world.engine, 1, now=world.now, chunk_size=2)
    change(world, OPENS_AT_15)
    run_tick(world)
    assert due_times(world) == {(NOW + 2 * HOUR, NOW + 3 * HOUR)}


def test_a_paused_mailing_follows_too(world: World) -> None:
    world.fill(2, status="pending", window=OPEN)
    with world.engine.begin() as connection:
        commands.pause(connection, 1)
    change(world, OPENS_AT_15)
    assert run_tick(world) == []
    with world.engine.begin() as connection:
        commands.resume(connection, 1)
    assert due_times(world) == {(NOW + 2 * HOUR, NOW + 3 * HOUR)}


def test_a_client_who_moves_keeps_the_pause_of_a_retry(world: World) -> None:
    world.fill(1, status="pending", window=OPEN)
    with world.engine.begin() as connection:
        connection.execute(text("UPDATE message SET attempts = 1, due_at = :due"), {"due": NOW + HOUR})
        connection.execute(text("UPDATE client SET timezone = 'Asia/Omsk'"))
        message_state.unschedule(connection, [1], now=world.now)
    assert run_tick(world) == []
    assert world.row().due_at == NOW + HOUR
    world.now += HOUR
    # In Omsk it is 17:00.
    assert run_tick(world) == world.ids


def test_a_client_who_moves_while_zones_are_read_is_reopened(world: World) -> None:
    world.fill(1, status="pending", window=OPEN)
    with world.engine.begin() as connection:
        message_state.reschedule(connection, 1, {}, after=0, until=1, version=1, now=world.now)
    assert due_times(world) == {(NOW, NOW)}
