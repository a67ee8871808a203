"""Ticks with database errors at any statement, at any times, and with a queue that refuses, loses and repeats.

`FAULTS=all` tests every statement and not a sample.
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
from tests.support.dispatcher.busy_tick import CLIENTS, assert_all_accounted_for, prepare, recover
from tests.support.dispatcher.scenario import NOW, DispatcherScenario

EVERY = 1 if os.environ.get("FAULTS") == "all" else 23

type Fault = Callable[[Connection], None]


class Broken(Exception):
    """A statement failed."""


def fails(_: Connection) -> None:
    raise Broken


@contextmanager
def faulty(engine: Engine, fault: Fault, point: int) -> Iterator[list[int]]:
    """Cause a fault at the nth statement or commit, and yield the list of executed steps."""
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


def run_faults(scenario: DispatcherScenario, fault: Fault) -> int:
    """Run ticks with the fault at one statement after the other, and return the number of faults."""
    point, met = 1, 0
    while True:
        scenario.reset()
        ids = prepare(scenario)
        scenario.sqs.refuses = {scenario.scalar("SELECT max(id) FROM message") + each for each in (2, 9)}
        with faulty(scenario.engine, fault, point) as steps, suppress(Broken, DBAPIError):
            scenario.tick()
        recover(scenario)
        assert_all_accounted_for(scenario, ids)
        if steps[0] < point:
            return met
        point, met = point + EVERY, met + 1


def test_an_error_at_any_statement_loses_and_repeats_nothing(
    scenario: DispatcherScenario, record_property: Callable[[str, object], None]
) -> None:
    met = run_faults(scenario, fails)
    assert met >= 60 / EVERY
    record_property("dispatcher_faults", met)


def test_a_lost_connection_at_any_statement_loses_and_repeats_nothing(
    scenario: DispatcherScenario, record_property: Callable[[str, object], None]
) -> None:
    met = run_faults(scenario, end_connection)
    assert met >= 60 / EVERY
    record_property("dispatcher_faults", met)


def test_a_tick_every_second_loses_and_repeats_nothing(scenario: DispatcherScenario) -> None:
    ids = prepare(scenario)
    for _ in range(60):
        scenario.tick()
        scenario.send()
        scenario.now += SECOND
    recover(scenario)
    assert_all_accounted_for(scenario, ids)


def test_two_hours_without_a_tick_lose_and_repeat_nothing(scenario: DispatcherScenario) -> None:
    ids = prepare(scenario)
    scenario.tick()
    scenario.now += timedelta(hours=2)
    # A message that stayed on the queue is sent from there or after the sweep, but not both.
    scenario.send()
    recover(scenario)
    assert_all_accounted_for(scenario, ids)


def test_an_outage_of_the_queue_loses_no_message(scenario: DispatcherScenario) -> None:
    ids = prepare(scenario)
    scenario.sqs.down = True
    for _ in range(3):
        scenario.tick()
        scenario.now += timedelta(minutes=1)
    assert scenario.statuses(ids["large"]).keys() == {"pending"}
    scenario.assert_reconciled()
    scenario.sqs.down = False
    recover(scenario)
    assert_all_accounted_for(scenario, ids)


def test_a_queue_that_refuses_loses_and_repeats_messages(scenario: DispatcherScenario) -> None:
    ids = prepare(scenario)
    scenario.sqs.refuses, scenario.sqs.loses, scenario.sqs.repeats = set(range(0, 100, 3)), set(range(0, 100, 4)), 2
    recover(scenario)
    assert_all_accounted_for(scenario, ids)


def test_a_queue_that_redelivers_much_later(scenario: DispatcherScenario) -> None:
    ids = prepare(scenario)
    scenario.tick()
    records = list(scenario.sqs.waiting)
    recover(scenario)
    for _ in range(3):
        scenario.sqs.waiting = [(scenario.now, message_id) for _, message_id in records]
        scenario.send()
        scenario.now += timedelta(days=1)
    assert len(records) > CLIENTS
    assert_all_accounted_for(scenario, ids)


def test_no_queued_message_is_sent_after_the_end_or_outside_the_window(scenario: DispatcherScenario) -> None:
    scenario.add_clients(9)
    scenario.add_mailing(lasts=timedelta(minutes=30))
    scenario.tick()
    scenario.now = NOW + timedelta(minutes=30)
    scenario.send()
    scenario.tick()
    assert scenario.statuses() == {"expired": 9}
    assert not scenario.provider.calls
    scenario.assert_reconciled()
