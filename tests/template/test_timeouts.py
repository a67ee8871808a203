"""Time limits that the template and the code both name: no module can be shared with YAML, so tests compare them."""

from datetime import timedelta
from typing import Any

import pytest

from dispatcher import dispatch_loop
from dispatcher import handler as dispatcher
from notifications.message_state import LEASE
from notifications.providers.circuit_breaker import PROBE_LASTS
from sender import handler as sender
from sender.delivery import BATCH_LASTS
from sender.providers.base import CALL_DEADLINE

type Resources = dict[str, Any]


@pytest.fixture
def sender_timeout(resources: Resources) -> timedelta:
    return timeout(resources, "SenderFunction")


def timeout(resources: Resources, function: str) -> timedelta:
    return timedelta(seconds=resources[function]["Properties"]["Timeout"])


def test_a_lease_outlives_the_sender(sender_timeout: timedelta) -> None:
    assert sender_timeout < LEASE


def test_a_probe_outlives_the_sender(sender_timeout: timedelta) -> None:
    assert sender_timeout < PROBE_LASTS


def test_a_batch_ends_before_the_sender(sender_timeout: timedelta) -> None:
    assert sender_timeout - sender.RESERVE == BATCH_LASTS
    # A call is begun only if it can end within the batch.
    assert CALL_DEADLINE < BATCH_LASTS


def test_a_message_stays_invisible_for_six_invocations_and_the_longest_batch_window(
    source: dict[str, Any], sender_timeout: timedelta
) -> None:
    # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    longest_window = max(source["Parameters"]["SenderBatchWindow"]["AllowedValues"])
    visibility = timedelta(seconds=source["Resources"]["Queue"]["Properties"]["VisibilityTimeout"])
    assert visibility >= 6 * sender_timeout + timedelta(seconds=longest_window)


def test_a_tick_that_waits_lasts_until_the_next_has_begun(resources: Resources) -> None:
    limit = timeout(resources, "DispatcherFunction")
    schedule = next(each for each in resources.values() if each["Type"] == "AWS::Scheduler::Schedule")
    assert schedule["Properties"]["ScheduleExpression"] == "rate(1 minute)"
    assert timedelta(minutes=1) == dispatch_loop.TICK_EVERY
    assert limit - dispatcher.RESERVE > dispatch_loop.TICK_EVERY
