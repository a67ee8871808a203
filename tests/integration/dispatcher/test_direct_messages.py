"""Direct messages, such as test sends, in the dispatcher: release, expiry, sweep."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from sqlalchemy import text

from dispatcher.sqs_queue import Queue
from notifications import message_state
from notifications.contracts.enumerations import OnUnknown
from notifications.messages import test_sends
from notifications.messages.test_sends import LIFETIME
from notifications.providers import health, quotas
from notifications.providers.circuit_breaker import PROBE_MESSAGES, CallResults
from notifications.providers.rate_limiter import BatchCalls
from tests.support.dispatcher.scenario import DispatcherScenario, FakeSqs
from tests.support.mailings.claims import claim_messages
from tests.support.providers.calls import throttled

PHONE = "79990000000"
MINUTE = timedelta(minutes=1)


def add(scenario: DispatcherScenario, *, on_unknown: OnUnknown = OnUnknown.RESEND) -> int:
    """Add a test send to the scenario and return its id."""
    with scenario.engine.begin() as connection:
        return test_sends.create(connection, phone=PHONE, text="Hello", now=scenario.now, on_unknown=on_unknown).id


def found(scenario: DispatcherScenario, message_id: int) -> test_sends.TestSend:
    with scenario.engine.connect() as connection:
        return test_sends.get(connection, message_id)


def status(scenario: DispatcherScenario, message_id: int) -> str:
    return found(scenario, message_id).status


class UnansweringSqs(FakeSqs):
    """Fake queue that delivers each message at once, and fails to answer."""

    def __init__(self, scenario: DispatcherScenario) -> None:
        super().__init__(lambda: scenario.now)
        self._scenario = scenario

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        super().send_message_batch(QueueUrl=QueueUrl, Entries=Entries)
        self._scenario.send()
        raise ReadTimeoutError(endpoint_url=QueueUrl)


class GroupRecordingSqs(FakeSqs):
    """Fake queue that records the message group of each message."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.groups: list[str] = []

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.groups += [entry["MessageGroupId"] for entry in Entries]
        return super().send_message_batch(QueueUrl=QueueUrl, Entries=Entries)


def test_a_direct_message_is_released_before_mailings_and_counted_in_none(scenario: DispatcherScenario) -> None:
    scenario.add_clients(20)
    scenario.add_mailing()
    scenario.now += MINUTE
    message_id = add(scenario)
    scenario.tick()
    assert scenario.sqs.departures[0] == (scenario.now, None, message_id)
    scenario.send()
    assert status(scenario, message_id) == "sent"
    scenario.run_until_finished()
    assert scenario.scalar("SELECT sum(n) FROM mailing_count") == 20
    scenario.assert_each_once(21)


def test_each_direct_message_has_its_own_message_group(scenario: DispatcherScenario) -> None:
    scenario.add_clients(3)
    mailing_id = scenario.add_mailing()
    add(scenario)
    watched = GroupRecordingSqs(lambda: scenario.now)
    scenario.sqs, scenario.queue = watched, Queue(watched, "http://queue")  # type: ignore[arg-type]
    scenario.tick()
    assert watched.groups == ["direct", *[str(mailing_id)] * 3]


def test_a_direct_message_is_sent_once_if_answers_of_the_queue_are_lost(scenario: DispatcherScenario) -> None:
    message_id = add(scenario)
    answering, mute = scenario.queue, UnansweringSqs(scenario)
    scenario.queue = Queue(mute, "http://queue")  # type: ignore[arg-type]
    scenario.sqs = mute
    for _ in range(3):
        scenario.tick()
        scenario.now += MINUTE
    scenario.queue = answering
    scenario.tick()
    scenario.send()
    assert (scenario.provider.calls[message_id], status(scenario, message_id)) == (1, "sent")


def test_a_direct_message_refused_by_the_queue_is_released_again(scenario: DispatcherScenario) -> None:
    message_id = add(scenario)
    scenario.sqs.refuses = {message_id}
    scenario.tick()
    assert status(scenario, message_id) == "pending"
    scenario.tick()
    scenario.send()
    assert status(scenario, message_id) == "sent"


def test_a_direct_message_not_sent_in_time_expires(scenario: DispatcherScenario) -> None:
    message_id = add(scenario)
    scenario.sqs.loses = {message_id}
    scenario.tick()
    scenario.now += LIFETIME + MINUTE
    for _ in range(2):
        scenario.tick()
    expired = found(scenario, message_id)
    assert (expired.status, expired.error) == ("expired", "the message was not sent in time")
    assert scenario.provider.calls.total() == 0


@pytest.mark.parametrize(
    ("on_unknown", "calls", "becomes"), [(OnUnknown.RESEND, 1, "sent"), (OnUnknown.HOLD, 0, "unknown")]
)
def test_a_direct_message_follows_on_unknown_after_its_worker_died(
    scenario: DispatcherScenario, on_unknown: OnUnknown, calls: int, becomes: str
) -> None:
    message_id = add(scenario, on_unknown=on_unknown)
    scenario.tick()
    with scenario.engine.begin() as connection:
        assert len(claim_messages(connection, scenario.sqs.receive(), now=scenario.now)) == 1
    scenario.now += message_state.LEASE + MINUTE
    for _ in range(2):
        scenario.tick()
        scenario.send()
    assert (status(scenario, message_id), scenario.provider.calls[message_id]) == (becomes, calls)


def test_while_the_breaker_is_open_only_a_probe_is_released(scenario: DispatcherScenario) -> None:
    with scenario.engine.begin() as connection:
        quotas.take_calls(connection, scenario.provider.name, wanted=1, now=scenario.now)
        health.record_results(
            connection,
            scenario.provider.name,
            CallResults(unauthorized=True),
            BatchCalls(),
            now=scenario.now,
        )
    ids = [add(scenario) for _ in range(PROBE_MESSAGES + 2)]
    scenario.tick()
    with scenario.engine.connect() as connection:
        probe_at = health.load_state(connection, scenario.provider.name)[0].probe_at
    departures = [moment for moment, _, _ in scenario.sqs.departures]
    assert len(departures) == PROBE_MESSAGES
    assert probe_at is not None
    assert probe_at <= departures[0] < probe_at + timedelta(seconds=1)
    scenario.now = departures[0]
    scenario.send()
    scenario.tick()
    scenario.send()
    assert [status(scenario, each) for each in ids] == ["sent"] * len(ids)


def test_direct_messages_keep_a_limited_rate(scenario: DispatcherScenario) -> None:
    with scenario.engine.begin() as connection:
        quotas.take_calls(connection, scenario.provider.name, wanted=1, now=scenario.now)
        health.record_results(
            connection, scenario.provider.name, CallResults(answered=2), throttled(scenario.now), now=scenario.now
        )
    for _ in range(200):
        add(scenario)
    scenario.tick()
    moments = [moment for moment, _, _ in scenario.sqs.departures]
    with scenario.engine.connect() as connection:
        rate = health.load_state(connection, scenario.provider.name)[1].rate_at(scenario.now)
    assert len(moments) < 200
    assert max(moments) - scenario.now > timedelta(seconds=len(moments) / rate / 2)


def test_counts_of_mailings_do_not_include_direct_messages(scenario: DispatcherScenario) -> None:
    add(scenario)
    scenario.tick()
    scenario.send()
    counters = ("mailing_count", "mailing_hour", "mailing_group", "mailing_error", "mailing_pace")
    for counter in counters:
        assert scenario.scalar(f"SELECT count(*) FROM {counter}") == 0
    with scenario.engine.connect() as connection:
        assert connection.execute(text("SELECT outcome FROM attempt")).scalars().all() == ["sent"]
