"""Dead letters: messages fail with the reason, are listed, and are never sent twice after a retry."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from dead_letters.recording import record_dead_letters
from notifications import message_state
from notifications.contracts.enumerations import RetriedStatus
from notifications.contracts.reasons import PHRASES, Reason
from provider_simulator import Provider as SimulatedProvider
from tests.support.functions.api import api_over
from tests.support.functions.gateway import user
from tests.support.sender.scenario import SenderScenario, client_of


def record(body: str, sent_at: datetime, name: str = "r") -> dict[str, Any]:
    attributes = {"SentTimestamp": str(int(sent_at.timestamp() * 1000))}
    return {"messageId": name, "body": body, "attributes": attributes}


def records_of(scenario: SenderScenario, sent_at: datetime) -> list[dict[str, Any]]:
    return [record(json.dumps({"message_id": each}), sent_at, str(each)) for each in scenario.ids]


@pytest.fixture
def listed(scenario: SenderScenario) -> Any:
    operator = api_over(scenario.engine).with_claims(user("operator"))
    return lambda: operator("GET", "dead-letter/").json


def test_a_dead_letter_fails_its_queued_message_and_is_listed(scenario: SenderScenario, listed: Any) -> None:
    scenario.fill(2)
    record_dead_letters(scenario.engine, records_of(scenario, scenario.now), now=scenario.now)
    assert scenario.statuses() == {"failed": 2}
    errors = {(row.last_error, row.last_error_code) for row in scenario.rows()}
    assert errors == {(PHRASES[Reason.DEAD_LETTER], "dead_letter")}
    items = listed()["items"]
    assert [(item["message_id"], item["failed"], item["status"]) for item in items] == [
        (scenario.ids[1], True, "failed"),
        (scenario.ids[0], True, "failed"),
    ]


def test_a_dead_letter_fails_a_test_send(scenario: SenderScenario, listed: Any) -> None:
    scenario.fill_direct()
    record_dead_letters(scenario.engine, records_of(scenario, scenario.now), now=scenario.now)
    assert (scenario.row().status, scenario.row().last_error_code) == ("failed", "dead_letter")
    (item,) = listed()["items"]
    assert (item["message_id"], item["mailing_id"], item["failed"]) == (scenario.row().id, None, True)


def test_an_unreadable_record_is_listed_with_its_beginning(scenario: SenderScenario, listed: Any) -> None:
    scenario.fill(1)
    unreadable = record("no json \x00" + "x" * 1_000, scenario.now, "u")
    record_dead_letters(scenario.engine, [unreadable, *records_of(scenario, scenario.now)], now=scenario.now)
    assert scenario.statuses() == {"failed": 1}
    last = listed()["items"][-1]
    assert (last["message_id"], last["reason"], last["body"][:7]) == (
        None,
        PHRASES[Reason.UNREADABLE_RECORD],
        "no json",
    )
    assert (last["code"], last["params"]) == ("unreadable_record", None)


def test_a_record_of_256_kb_is_stored_by_its_beginning(scenario: SenderScenario, listed: Any) -> None:
    record_dead_letters(scenario.engine, [record("[" * 256 * 1024, scenario.now)], now=scenario.now)
    (item,) = listed()["items"]
    assert item["code"] == "unreadable_record"
    assert 0 < len(item["body"]) <= 300


def test_a_repeated_record_is_one_dead_letter(scenario: SenderScenario, listed: Any) -> None:
    scenario.fill(1)
    for _ in range(2):
        record_dead_letters(scenario.engine, records_of(scenario, scenario.now), now=scenario.now)
    assert len(listed()["items"]) == 1


def test_a_message_that_is_no_longer_queued_stays_unchanged(
    scenario: SenderScenario, listed: Any, url: str, simulated: SimulatedProvider
) -> None:
    scenario.fill(1)
    scenario.send(client_of(url))
    record_dead_letters(scenario.engine, records_of(scenario, scenario.now), now=scenario.now)
    assert scenario.statuses() == {"sent": 1}
    assert listed()["items"][0]["failed"] is False
    assert simulated.ledger.requests == 1


def test_a_message_released_again_stays_unchanged(scenario: SenderScenario) -> None:
    scenario.fill(1)
    record_dead_letters(scenario.engine, records_of(scenario, scenario.now - timedelta(minutes=30)), now=scenario.now)
    assert scenario.statuses() == {"queued": 1}


def test_a_retried_message_is_sent_once_if_the_queue_redrives_it_too(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    scenario.fill(3)
    record_dead_letters(scenario.engine, records_of(scenario, scenario.now), now=scenario.now)
    # As after StartMessageMoveTask: the same records again, while their messages are failed.
    scenario.send(client_of(url))
    assert simulated.ledger.requests == 0
    mailing_id = scenario.rows()[0].mailing_id
    with scenario.engine.begin() as connection:
        message_state.retry(connection, mailing_id, [RetriedStatus.FAILED], scenario.ids, now=scenario.now)
        connection.exec_driver_sql("UPDATE message SET closes_at = now() + interval '10 years'")
    scenario.requeue()
    scenario.send(client_of(url), scenario.ids + scenario.ids)
    scenario.send(client_of(url))
    assert scenario.statuses() == {"sent": 3}
    assert simulated.ledger.stats()["requests"] == 3
