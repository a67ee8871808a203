"""Random events of queue, dead letters and schedules: no crash, and no change by invalid ones."""

import json
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dead_letters.handler
import dispatcher.handler
import reporter.handler
import sender.handler
from notifications import message_state
from notifications.database.tables import FIRST_DIRECT_ID
from notifications.messages import test_sends
from sender.providers.base import OutgoingMessage
from tests.integration.fuzz.conftest import Accepting, Held, Mailbox
from tests.support.database.contents import fuzzed, wild_json, wild_number, wild_text
from tests.support.functions.gateway import Context
from tests.support.functions.handlers import sender_over
from tests.support.mailings.simulation import TimedSqs
from tests.support.sender.scenario import SenderScenario

# pytest replaces the layer's warning filters by its own.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish")

# A release changes the rate limit of this table even if it finds no message.
PROVIDER_STATE = ("provider",)
MINUTE = timedelta(minutes=1)


class Invocation(Context):
    """Context of an invocation with two minutes left."""

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override]
        return 120_000


def dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def is_id(value: Any) -> bool:
    return type(value) is int and 0 < value < 2**63


near_bodies = st.dictionaries(
    st.sampled_from(["message_id", "Message_id", "mailing_id", "id"]),
    wild_json.filter(lambda value: not is_id(value)),
    max_size=3,
).map(dumped)
unreadable_bodies = (
    wild_text.filter(lambda body: "message_id" not in body)
    | wild_json.map(dumped)
    | near_bodies
    | st.binary().map(lambda data: data.decode("latin-1"))
    | st.binary().map(lambda data: data.decode("utf-8", "surrogateescape"))
    | wild_number.filter(lambda value: not is_id(value)).map(lambda value: f'{{"message_id": {value}}}')
    | st.sampled_from(['{"message_id": "1"}', '{"message_id": 1', '{"message_id": 1.0}', '{"message_id": true}'])
)
unknown_ids = st.integers(1_000_000, 2**63 - 1) | st.sampled_from(
    [FIRST_DIRECT_ID, FIRST_DIRECT_ID - 1, 2**31, 2**63 - 1]
)


def records(bodies: list[str]) -> list[dict[str, Any]]:
    attributes = {"SentTimestamp": str(int(datetime.now(UTC).timestamp() * 1000))}
    return [{"messageId": f"r{n}", "body": body, "attributes": attributes} for n, body in enumerate(bodies)]


def unreadable(deliver: sender.handler.Handler, bodies: list[str]) -> list[str]:
    """Deliver records, and return the ids of the unreadable ones."""
    answer = deliver({"Records": records(bodies)}, Invocation())
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def test_the_sender_returns_unreadable_records_and_delivers_the_rest(
    scenario: SenderScenario, deliver: sender.handler.Handler, provider: Accepting, held: Held
) -> None:
    scenario.now = datetime.now(UTC)

    @fuzzed(25)
    @given(before=st.lists(unreadable_bodies, max_size=4), after=st.lists(unreadable_bodies, min_size=1, max_size=4))
    def check(before: list[str], after: list[str]) -> None:
        (good,) = scenario.fill(1)
        provider.accepted.clear()
        bodies = [*before, dumped({"message_id": good}), *after]
        assert unreadable(deliver, bodies) == [f"r{n}" for n in range(len(bodies)) if n != len(before)]
        assert provider.accepted == [good]
        untouched = held()
        assert unreadable(deliver, after) == [f"r{n}" for n in range(len(after))]
        assert held() == untouched

    check()
    assert set(scenario.statuses()) == {"sent"}


def test_unknown_ids_are_accepted_and_change_nothing(
    scenario: SenderScenario, deliver: sender.handler.Handler, provider: Accepting, held: Held
) -> None:
    scenario.fill(3, status="pending")
    before = held(*PROVIDER_STATE)

    @fuzzed(15)
    @given(st.lists(unknown_ids, max_size=10))
    def check(ids: list[int]) -> None:
        assert unreadable(deliver, [dumped({"message_id": each}) for each in ids]) == []
        assert held(*PROVIDER_STATE) == before

    check()
    assert provider.accepted == []


def test_an_event_without_records_is_an_error_and_changes_nothing(
    scenario: SenderScenario, deliver: sender.handler.Handler, record_letters: dead_letters.handler.Handler, held: Held
) -> None:
    scenario.fill(3)
    before = held()

    @fuzzed(15)
    @given(wild_json | st.dictionaries(st.just("Records"), wild_json.filter(bool), min_size=1))
    def check(event: Any) -> None:
        with pytest.raises((KeyError, TypeError, AttributeError)):
            deliver(event, Invocation())
        with pytest.raises((KeyError, TypeError, AttributeError)):
            record_letters(event, Invocation())
        assert held() == before

    check()


def test_any_dead_letter_is_listed_and_changes_nothing_else(
    scenario: SenderScenario, record_letters: dead_letters.handler.Handler, held: Held
) -> None:
    scenario.fill(3, status="pending")
    before = held("dead_letter")

    @fuzzed(25)
    @given(
        st.lists(unreadable_bodies | unknown_ids.map(lambda each: dumped({"message_id": each})), min_size=1, max_size=5)
    )
    def check(bodies: list[str]) -> None:
        letters = records(bodies)
        known = len(held()["dead_letter"])
        for each in letters:
            each["messageId"] += f"-{known}"
        record_letters({"Records": letters}, Invocation())
        assert len(held()["dead_letter"]) == known + len(bodies)
        assert held("dead_letter") == before

    check()


def test_the_dispatcher_ignores_its_event(
    scenario: SenderScenario, dispatch: dispatcher.handler.Handler, queue: TimedSqs, held: Held
) -> None:
    scenario.fill(3, status="sent")
    dispatch({}, Invocation())
    before = held()

    @fuzzed(15)
    @given(wild_json)
    def check(event: Any) -> None:
        dispatch(event, Invocation())
        assert held() == before

    check()
    assert queue.waiting == []


def test_the_reporter_mails_each_day_once_for_any_event(
    report: reporter.handler.Handler, mailbox: Mailbox, held: Held
) -> None:
    report({}, Invocation())
    before = held()

    @fuzzed(15)
    @given(wild_json | st.dictionaries(st.just("source"), wild_json, min_size=1))
    def check(event: Any) -> None:
        with nullcontext() if isinstance(event, dict) else pytest.raises(AttributeError):
            report(event, Invocation())
        assert held() == before

    check()
    assert len(mailbox) == 1


def test_a_crash_at_a_test_send_defers_only_that_test_send(scenario: SenderScenario) -> None:
    class Breaking(Accepting):
        async def send(self, message: OutgoingMessage) -> None:
            if message.text == "breaks":
                raise ZeroDivisionError
            await super().send(message)

    now = datetime.now(UTC)
    with scenario.engine.begin() as connection:
        ids = [test_sends.create(connection, phone="79260000001", text=each, now=now).id for each in ("breaks", "goes")]
        assert len(message_state.release(connection, None, now=now, due_before=now + MINUTE, at_most=10)) == 2
    with sender_over(scenario.engine, Breaking()) as deliver:
        assert unreadable(deliver, [dumped({"message_id": each}) for each in ids]) == []
    with scenario.engine.connect() as connection:
        breaks, goes = (test_sends.get(connection, each) for each in ids)
    assert (breaks.status, breaks.error) == ("pending", "unexpected error in the sender: ZeroDivisionError")
    assert (goes.status, goes.error) == ("sent", None)
