"""Errors of the database at any statement, ticks at any time, and a queue that refuses, loses and repeats.

`FAULTS=all` makes it the long form: every statement.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from dispatcher.rate_schedule import SECOND
from tests.support.database.faults import end_connection
from tests.support.dispatcher.busy_tick import CLIENTS, assert_all_accounted_for, recover, set_scene
from tests.support.dispatcher.scenario import NOW, Desk

EVERY = 1 if os.environ.get("FAULTS") == "all" else 23

type Fault = Callable[[Connection], None]


class Broken(Exception):
    """A statement failed."""


def fails(_: Connection) -> None:
    raise Broken


@contextmanager
def faulty(engine: Engine, fault: Fault, point: int) -> Iterator[list[int]]:
    """Meet a fault at the nth statement or commit. Gives the steps that were made."""
    steps = [0]

    def step(connection: Connection, *_: Any) -> None:
        steps[0] += 1
        if steps[0] == point:
            fault(connection)

    event.listen(engine, "before_cursor_execute", step)
    event.listen(engine, "commit", step)
    try:
        yield steps
    finally:
        event.remove(engine, "before_cursor_execute", step)
        event.remove(engine, "commit", step)


def run_faults(desk: Desk, fault: Fault) -> int:
    """A tick with the fault at one statement after the other, each in a world of its own. Gives how many there were."""
    point, met = 1, 0
    while True:
        desk.reset()
        ids = set_scene(desk)
        desk.sqs.refuses = {desk.scalar("SELECT max(id) FROM message") + each for each in (2, 9)}
        with faulty(desk.engine, fault, point) as steps, suppress(Broken, DBAPIError):
            desk.tick()
        recover(desk)
        assert_all_accounted_for(desk, ids)
        if steps[0] < point:
            return met
        point, met = point + EVERY, met + 1


def test_an_error_at_any_statement(desk: Desk, record_property: Callable[[str, object], None]) -> None:
    met = run_faults(desk, fails)
    assert met >= 60 / EVERY
    record_property("dispatcher_faults", met)


def test_the_database_goes_away_at_any_statement(desk: Desk, record_property: Callable[[str, object], None]) -> None:
    met = run_faults(desk, end_connection)
    assert met >= 60 / EVERY
    record_property("dispatcher_faults", met)


def test_a_tick_every_second(desk: Desk) -> None:
    ids = set_scene(desk)
    for _ in range(60):
        desk.tick()
        desk.send()
        desk.now += SECOND
    recover(desk)
    assert_all_accounted_for(desk, ids)


def test_no_tick_for_two_hours(desk: Desk) -> None:
    ids = set_scene(desk)
    desk.tick()
    desk.now += timedelta(hours=2)
    # What was on the queue all the while is still good, or comes back by the sweep: not both.
    desk.send()
    recover(desk)
    assert_all_accounted_for(desk, ids)


def test_a_queue_that_is_down_costs_no_message(desk: Desk) -> None:
    ids = set_scene(desk)
    desk.sqs.down = True
    for _ in range(3):
        desk.tick()
        desk.now += timedelta(minutes=1)
    assert desk.statuses(ids["large"]).keys() == {"pending"}
    desk.assert_reconciled()
    desk.sqs.down = False
    recover(desk)
    assert_all_accounted_for(desk, ids)


def test_a_queue_that_refuses_some_loses_some_and_repeats_some(desk: Desk) -> None:
    ids = set_scene(desk)
    desk.sqs.refuses, desk.sqs.loses, desk.sqs.repeats = set(range(0, 100, 3)), set(range(0, 100, 4)), 2
    recover(desk)
    assert_all_accounted_for(desk, ids)


def test_a_queue_that_delivers_again_much_later(desk: Desk) -> None:
    ids = set_scene(desk)
    desk.tick()
    records = list(desk.sqs.waiting)
    recover(desk)
    for _ in range(3):
        desk.sqs.waiting = [(desk.now, message_id) for _, message_id in records]
        desk.send()
        desk.now += timedelta(days=1)
    assert len(records) > CLIENTS
    assert_all_accounted_for(desk, ids)


def test_nothing_is_sent_after_the_end_or_outside_the_window_whatever_was_queued(desk: Desk) -> None:
    desk.add_clients(9)
    desk.add_mailing(lasts=timedelta(minutes=30))
    desk.tick()
    desk.now = NOW + timedelta(minutes=30)
    desk.send()
    desk.tick()
    assert desk.statuses() == {"expired": 9}
    assert not desk.provider.calls
    desk.assert_reconciled()
