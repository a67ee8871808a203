"""Time limits in both template and code, compared by tests because YAML cannot import a module."""

from datetime import timedelta
from typing import Any

import pytest

from dispatcher.bootstrap import QUEUE_CALLS, QUEUE_CONNECT_SECONDS, QUEUE_READ_SECONDS
from dispatcher.dispatch_loop import MAX_TICK_DELAY, TICK_INTERVAL
from dispatcher.handler import RESERVE as DISPATCHER_RESERVE
from dispatcher.sqs_queue import LONGEST_DELAY
from migrator.custom_resource import ANSWER_TIMEOUT_SECONDS
from notifications.contracts.settings import SECRET_TIMEOUT
from notifications.database import sessions
from notifications.message_state import LEASE, MAX_QUEUED_TIME, OVERDUE_TIME
from notifications.messages import test_sends
from notifications.providers.circuit_breaker import PROBE_TIMEOUT
from reporter.bootstrap import SES_CONNECT_SECONDS, SES_READ_SECONDS
from sender.delivery import BATCH_TIME_LIMIT
from sender.handler import RESERVE as SENDER_RESERVE
from sender.providers.base import CALL_DEADLINE, CONNECT_DEADLINE

type Resources = dict[str, Any]

SECOND = timedelta(seconds=1)


@pytest.fixture
def sender_timeout(resources: Resources) -> timedelta:
    return timeout(resources, "SenderFunction")


def timeout(resources: Resources, function: str) -> timedelta:
    return timedelta(seconds=resources[function]["Properties"]["Timeout"])


def test_a_lease_outlives_the_sender(sender_timeout: timedelta) -> None:
    assert sender_timeout < LEASE


def test_a_probe_outlives_the_calls_of_a_batch() -> None:
    assert BATCH_TIME_LIMIT + sessions.SENDER.longest_failure < PROBE_TIMEOUT


def test_a_batch_ends_before_the_sender(sender_timeout: timedelta) -> None:
    assert sender_timeout - SENDER_RESERVE == BATCH_TIME_LIMIT
    # A call begins only if it can end within the batch's time.
    assert CONNECT_DEADLINE < CALL_DEADLINE < BATCH_TIME_LIMIT


def visibility(resources: Resources, queue: str) -> timedelta:
    return timedelta(seconds=resources[queue]["Properties"]["VisibilityTimeout"])


def test_a_message_stays_invisible_for_six_invocations_and_the_longest_batch_window(
    source: dict[str, Any], resources: Resources, sender_timeout: timedelta
) -> None:
    # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    longest_window = max(source["Parameters"]["SenderBatchWindow"]["AllowedValues"])
    assert visibility(resources, "Queue") >= 6 * sender_timeout + timedelta(seconds=longest_window)
    assert visibility(resources, "DeadLetterQueue") >= 6 * timeout(resources, "DeadLetterFunction")
    window = timedelta(seconds=resources["ReceiverMapping"]["Properties"]["MaximumBatchingWindowInSeconds"])
    assert visibility(resources, "ReceiptQueue") >= 6 * timeout(resources, "ReceiverFunction") + window


def test_a_message_is_swept_only_after_its_delay_and_two_deliveries(resources: Resources) -> None:
    longest_delay = TICK_INTERVAL + MAX_TICK_DELAY
    assert longest_delay <= LONGEST_DELAY
    assert longest_delay + 2 * visibility(resources, "Queue") <= MAX_QUEUED_TIME


def test_a_message_is_overdue_two_ticks_after_its_delay() -> None:
    assert TICK_INTERVAL + MAX_TICK_DELAY + 2 * TICK_INTERVAL == OVERDUE_TIME


def test_a_waiting_tick_lasts_until_the_next_begins(resources: Resources) -> None:
    limit = timeout(resources, "DispatcherFunction")
    schedule = resources["DispatcherFunctionEveryMinute"]
    assert schedule["Properties"]["ScheduleExpression"] == "rate(1 minute)"
    assert timedelta(minutes=1) == TICK_INTERVAL
    assert limit - DISPATCHER_RESERVE > TICK_INTERVAL


def test_the_alarm_on_canaries_needs_two_that_are_not_sent(resources: Resources) -> None:
    (schedule,) = [
        each["Properties"]
        for each in resources.values()
        if each["Type"] == "AWS::Scheduler::Schedule" and each.get("Condition") == "HasCanary"
    ]
    assert schedule["ScheduleExpression"] == "rate(15 minutes)"
    interval, precision = timedelta(minutes=15), timedelta(minutes=1)
    alarm = resources["CanarySilentAlarm"]["Properties"]
    # A canary is sent soon after its tick. EventBridge Scheduler invokes within a minute of the set time.
    tick = TICK_INTERVAL + MAX_TICK_DELAY
    one_missing, two_missing = 2 * interval + precision, 3 * interval - precision - tick
    assert one_missing < alarm["Threshold"] * SECOND < two_missing
    # Each period has a run, and an old canary has expired when the next is created.
    assert alarm["Period"] * SECOND >= interval
    assert interval >= test_sends.LIFETIME


def test_a_canary_that_does_not_run_is_published_but_a_new_stack_is_not(resources: Resources) -> None:
    # A new alarm has insufficient data from the beginning: no change, nothing published.
    alarm = resources["CanarySilentAlarm"]["Properties"]
    assert alarm["TreatMissingData"] == "missing"
    assert alarm["InsufficientDataActions"] == alarm["AlarmActions"] == alarm["OKActions"]


def test_runs_of_the_dispatcher_fit_its_concurrency_and_a_throttled_one_does_not_expire(resources: Resources) -> None:
    limit = timeout(resources, "DispatcherFunction")
    overlapping_ticks = -(-limit // TICK_INTERVAL)
    by_changes = 2  # one that waits, and one that does what is due
    reserved = resources["DispatcherFunction"]["Properties"]["ReservedConcurrentExecutions"]["Fn::If"][1]
    assert overlapping_ticks + by_changes <= reserved
    calls = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::Lambda::EventInvokeConfig"]
    (call,) = [each for each in calls if each["FunctionName"]["Ref"] == "DispatcherFunction"]
    # Lambda doubles the pause between two attempts.
    assert call["MaximumEventAgeInSeconds"] * SECOND > 3 * limit


def test_a_tick_outlives_a_queue_without_answers() -> None:
    # Two releases may run, and botocore waits up to a second between two calls.
    release = QUEUE_CALLS * max(QUEUE_CONNECT_SECONDS, QUEUE_READ_SECONDS) * SECOND + SECOND
    assert 2 * release < DISPATCHER_RESERVE


@pytest.mark.parametrize(
    ("function", "session", "also"),
    [
        ("ReporterFunction", sessions.REPORTER, SES_CONNECT_SECONDS + SES_READ_SECONDS),
        ("MigratorFunction", sessions.MIGRATOR, ANSWER_TIMEOUT_SECONDS),
    ],
)
def test_a_function_outlives_its_database_and_the_services_that_it_calls(
    resources: Resources, function: str, session: sessions.Session, also: int
) -> None:
    assert session.longest_failure + also * SECOND < timeout(resources, function)


def test_cloudformation_waits_for_the_longest_migration(resources: Resources) -> None:
    assert int(resources["Schema"]["Properties"]["ServiceTimeout"]) * SECOND > timeout(resources, "MigratorFunction")


@pytest.mark.parametrize(
    ("function", "session"),
    [
        ("ApiFunction", sessions.API),
        ("DispatcherFunction", sessions.DISPATCHER),
        ("SenderFunction", sessions.SENDER),
        ("DeadLetterFunction", sessions.DEAD_LETTERS),
        ("ReceiverFunction", sessions.RECEIVER),
        ("ImporterFunction", sessions.IMPORTER),
        ("CanaryFunction", sessions.CANARY),
    ],
)
def test_a_function_outlives_secrets_that_cannot_be_read_and_a_connection(
    resources: Resources, function: str, session: sessions.Session
) -> None:
    assert SECRET_TIMEOUT + session.connect + SECOND < timeout(resources, function)
