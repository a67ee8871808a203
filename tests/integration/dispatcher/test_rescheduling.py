"""Rescheduling of waiting messages after a change of window or end; no message is sent at its old time."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from dispatcher import planning
from dispatcher.sqs_queue import Queue
from dispatcher.tick import tick
from notifications import message_state
from notifications.contracts.enumerations import OutcomeStatus
from notifications.mailings import commands
from notifications.mailings import repository as mailings
from notifications.message_state import Outcome
from notifications.statistics import reconciliation
from tests.support.database.reasons import codes
from tests.support.mailings.claims import claim_messages
from tests.support.mailings.simulation import TimedSqs
from tests.support.sender.scenario import NOW, SenderScenario

HOUR = timedelta(hours=1)
# In Moscow, where the scenario's clients live, it is 13:00.
OPEN = (time(9), time(21))
OPENS_AT_15 = {"window_start": time(15), "window_end": time(16)}
SHUT_TILL_MORNING = {"window_start": time(9), "window_end": time(12)}


@pytest.fixture
def scenario(engine: Engine) -> SenderScenario:
    return SenderScenario(engine)


def change(scenario: SenderScenario, values: Mapping[str, Any]) -> None:
    with scenario.engine.begin() as connection:
        commands.change(connection, 1, values, now=scenario.now)


def run_tick(scenario: SenderScenario) -> list[int]:
    """Run a tick and return the ids of the messages that it queued."""
    sqs = TimedSqs(scenario.now)
    tick(scenario.engine, Queue(sqs, "url"), clock=lambda: scenario.now, until=scenario.now + HOUR)  # type: ignore[arg-type]
    return sorted(message_id for _, message_id in sqs.waiting)


def claim(scenario: SenderScenario) -> list[int]:
    with scenario.engine.begin() as connection:
        return [each.id for each in claim_messages(connection, scenario.ids, now=scenario.now)]


def due_times(scenario: SenderScenario) -> set[tuple[datetime | None, datetime | None]]:
    return {(row.due_at, row.closes_at) for row in scenario.rows()}


def reconciled(scenario: SenderScenario) -> bool:
    with scenario.engine.connect() as connection:
        return not reconciliation.reconcile(connection, [1]).differences


@pytest.mark.parametrize("status", ["pending", "queued"])
def test_waiting_messages_follow_a_changed_window(scenario: SenderScenario, status: str) -> None:
    scenario.fill(3, status=status, window=OPEN)
    change(scenario, OPENS_AT_15)
    assert run_tick(scenario) == []
    assert due_times(scenario) == {(NOW + 2 * HOUR, NOW + 3 * HOUR)}
    assert scenario.statuses() == {status: 3}
    scenario.now += 2 * HOUR
    if status == "pending":
        assert run_tick(scenario) == scenario.ids
    assert claim(scenario) == scenario.ids


def test_a_claim_by_the_old_window_is_refused_and_the_next_tick_reschedules(scenario: SenderScenario) -> None:
    scenario.fill(2, window=OPEN)
    change(scenario, OPENS_AT_15)
    assert claim(scenario) == []
    assert scenario.statuses() == {"pending": 2}
    run_tick(scenario)
    assert due_times(scenario) == {(NOW + 2 * HOUR, NOW + 3 * HOUR)}


def test_a_message_at_the_provider_is_rescheduled_when_deferred(scenario: SenderScenario) -> None:
    scenario.fill(2, window=OPEN)
    with scenario.engine.begin() as connection:
        first, second = claim_messages(connection, scenario.ids, now=scenario.now)
    change(scenario, OPENS_AT_15)
    run_tick(scenario)
    deferred = Outcome(id=first.id, claim=1, status=OutcomeStatus.PENDING, due_at=NOW + HOUR, closes_at=NOW + 8 * HOUR)
    expired = Outcome(id=second.id, claim=1, status=OutcomeStatus.EXPIRED)
    with scenario.engine.begin() as connection:
        assert message_state.record_outcomes(connection, [deferred, expired], now=scenario.now) == set(scenario.ids)
    scenario.now += HOUR
    run_tick(scenario)
    assert due_times(scenario) == {(NOW + 2 * HOUR, NOW + 3 * HOUR)}


def test_a_message_of_a_dead_worker_is_rescheduled_by_the_new_window(scenario: SenderScenario) -> None:
    scenario.fill(1, window=OPEN)
    claim(scenario)
    change(scenario, OPENS_AT_15)
    scenario.now += message_state.LEASE + timedelta(seconds=1)
    run_tick(scenario)
    run_tick(scenario)
    assert due_times(scenario) == {(NOW + 2 * HOUR, NOW + 3 * HOUR)}


def test_rescheduling_keeps_the_delay_of_a_retry(scenario: SenderScenario) -> None:
    scenario.fill(3, status="pending", window=OPEN, lasts=timedelta(days=2))
    pauses = [timedelta(minutes=10), timedelta(hours=2, minutes=10), timedelta(hours=5)]
    with scenario.engine.begin() as connection:
        for message_id, pause in zip(scenario.ids, pauses, strict=True):
            connection.execute(
                text("UPDATE message SET attempts = 1, due_at = :due WHERE id = :id"),
                {"id": message_id, "due": NOW + pause},
            )
    change(scenario, OPENS_AT_15)
    run_tick(scenario)
    opens, closes = NOW + 2 * HOUR, NOW + 3 * HOUR
    assert [(row.due_at, row.closes_at) for row in scenario.rows()] == [
        (opens, closes),
        (NOW + pauses[1], closes),
        (NOW + pauses[2], NOW + pauses[2]),
    ]
    scenario.now += pauses[2]
    run_tick(scenario)
    assert scenario.rows()[2].due_at == opens + timedelta(days=1)


def test_messages_whose_window_no_longer_opens_expire(scenario: SenderScenario) -> None:
    scenario.fill(2, status="pending", window=OPEN, lasts=timedelta(hours=10))
    change(scenario, SHUT_TILL_MORNING)
    run_tick(scenario)
    assert scenario.statuses() == {"expired": 2}
    assert codes(scenario.engine) == {"window_never_opens_again"}
    assert reconciled(scenario)


def test_a_later_end_makes_unreachable_clients_reachable(scenario: SenderScenario) -> None:
    scenario.fill(2, status="pending", window=OPEN, lasts=timedelta(hours=10))
    with scenario.engine.begin() as connection:
        connection.execute(text("UPDATE message SET status = 'expired', due_at = NULL, closes_at = NULL WHERE id = 2"))
        connection.execute(text("UPDATE mailing_count SET n = 1 WHERE status = 'pending'"))
        message_state.count(connection, 1, {"expired": 1})
    change(scenario, {"ends_at": NOW + timedelta(days=2)})
    assert run_tick(scenario) == scenario.ids
    assert scenario.statuses() == {"queued": 2}
    assert (scenario.rows()[1].last_error, scenario.rows()[1].last_error_code) == (None, None)


def test_no_message_is_sent_after_an_earlier_end(scenario: SenderScenario) -> None:
    scenario.fill(2, status="pending", window=(time(15), time(16)))
    change(scenario, {"ends_at": NOW + HOUR})
    run_tick(scenario)
    assert scenario.statuses() == {"expired": 2}


def test_a_large_mailing_is_rescheduled_in_chunks_before_anything_is_released(scenario: SenderScenario) -> None:
    scenario.fill(5, status="pending", window=OPEN)
    change(scenario, {"window_start": time(8), "window_end": time(22)})
    for changed in (2, 2, 1):
        with scenario.engine.connect() as connection:
            assert planning.mailings_to_reschedule(connection) == [1]
            assert mailings.finish(connection, [1], now=scenario.now) == []
        assert planning.reschedule_next(scenario.engine, 1, now=scenario.now, chunk_size=2) == changed
    with scenario.engine.connect() as connection:
        assert planning.mailings_to_reschedule(connection) == []
    assert run_tick(scenario) == scenario.ids


def test_a_second_change_restarts_the_rescheduling(scenario: SenderScenario) -> None:
    scenario.fill(4, status="pending", window=OPEN)
    change(scenario, SHUT_TILL_MORNING)
    planning.reschedule_next(scenario.engine, 1, now=scenario.now, chunk_size=2)
    change(scenario, OPENS_AT_15)
    run_tick(scenario)
    assert due_times(scenario) == {(NOW + 2 * HOUR, NOW + 3 * HOUR)}


def test_a_paused_mailing_is_rescheduled_too(scenario: SenderScenario) -> None:
    scenario.fill(2, status="pending", window=OPEN)
    with scenario.engine.begin() as connection:
        commands.pause(connection, 1, now=scenario.now)
    change(scenario, OPENS_AT_15)
    assert run_tick(scenario) == []
    with scenario.engine.begin() as connection:
        commands.resume(connection, 1, now=scenario.now)
    assert due_times(scenario) == {(NOW + 2 * HOUR, NOW + 3 * HOUR)}


def test_a_changed_time_zone_keeps_the_delay_of_a_retry(scenario: SenderScenario) -> None:
    scenario.fill(1, status="pending", window=OPEN)
    with scenario.engine.begin() as connection:
        connection.execute(text("UPDATE message SET attempts = 1, due_at = :due"), {"due": NOW + HOUR})
        connection.execute(text("UPDATE client SET timezone = 'Asia/Omsk'"))
        message_state.unschedule(connection, [1], now=scenario.now)
    assert run_tick(scenario) == []
    assert scenario.row().due_at == NOW + HOUR
    scenario.now += HOUR
    # In Omsk it is 17:00.
    assert run_tick(scenario) == scenario.ids


def test_a_message_in_a_zone_that_was_not_read_is_rescheduled_by_the_next_tick(scenario: SenderScenario) -> None:
    scenario.fill(1, status="pending", window=OPEN)
    with scenario.engine.begin() as connection:
        message_state.reschedule(connection, 1, {}, after=0, until=1, version=1, now=scenario.now)
    assert due_times(scenario) == {(NOW, NOW)}
