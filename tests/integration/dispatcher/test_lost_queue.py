"""Messages of a lost queue are released again within minutes, and messages that it still has are left there."""

from datetime import timedelta

import pytest

from notifications.message_state import MAX_QUEUED_TIME, OVERDUE_TIME
from tests.support.dispatcher.scenario import DispatcherScenario

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def queued(scenario: DispatcherScenario) -> None:
    scenario.add_clients(20)
    scenario.add_mailing()
    scenario.tick()
    assert scenario.statuses() == {"queued": 20}


def test_messages_of_a_purged_queue_are_sent_after_two_ticks(scenario: DispatcherScenario) -> None:
    scenario.sqs.waiting.clear()
    scenario.now += OVERDUE_TIME
    scenario.tick()
    assert scenario.sqs.waiting == []
    scenario.now += SECOND
    scenario.tick()
    scenario.send()
    scenario.assert_each_once(20)


def test_messages_that_wait_on_a_slow_queue_are_left_there(scenario: DispatcherScenario) -> None:
    scenario.now += MAX_QUEUED_TIME
    scenario.tick()
    assert len(scenario.sqs.departures) == 20
    scenario.send()
    scenario.assert_each_once(20)


def test_a_queue_that_has_lost_a_part_gets_all_again_and_sends_each_once(
    scenario: DispatcherScenario,
) -> None:
    del scenario.sqs.waiting[5:]
    scenario.now += OVERDUE_TIME + SECOND
    scenario.tick()
    scenario.send()
    scenario.assert_each_once(20)


def test_messages_stay_queued_while_the_queue_gives_no_counts(scenario: DispatcherScenario) -> None:
    scenario.sqs.waiting.clear()
    scenario.sqs.down = True
    scenario.now += OVERDUE_TIME + SECOND
    scenario.tick()
    assert scenario.statuses() == {"queued": 20}
    scenario.sqs.down = False
    scenario.tick()
    scenario.send()
    scenario.assert_each_once(20)
