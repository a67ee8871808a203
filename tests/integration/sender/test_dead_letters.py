"""What the queue gives up on: failed with the reason, listed, and put back without ever being sent twice."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from dead_letters.recording import record_dead_letters
from notifications import message_state
from notifications.contracts.reasons import PHRASES, Reason
from provider_simulator import Provider as StandIn
from tests.support.api import api_over
from tests.support.gateway import user
from tests.support.sender.scenario import World, client_of


def record(body: str, sent_at: datetime, name: str = "r") -> dict[str, Any]:
    attributes = {"SentTimestamp": str(int(sent_at.timestamp() * 1000))}
    return {"messageId": name, "body": body, "attributes": attributes}


def records_of(world: World, sent_at: datetime) -> list[dict[str, Any]]:
    return [record(json.dumps({"message_id": each}), sent_at, str(each)) for each in world.ids]


@pytest.fixture
def listed(world: World) -> Any:
    operator = api_over(world.engine).with_claims(user("operator"))
    return lambda: operator("GET", "dead-letter/").json


def test_it_fails_what_waits_on_the_queue_and_is_listed(world: World, listed: Any) -> None:
    world.fill(2)
    record_dead_letters(world.engine, records_of(world, world.now), now=world.now)
    assert world.statuses() == {"failed": 2}
    errors = {(row.last_error, row.last_error_code) for row in world.rows()}
    assert errors == {(PHRASES[Reason.DEAD_LETTER], "dead_letter")}
    items = listed()["items"]
    assert [(item["message_id"], item["failed"], item["status"]) for item in items] == [
        (world.ids[1], True, "failed"),
        (world.ids[0], True, "failed"),
    ]


def test_a_record_that_cannot_be_read_is_listed_with_its_beginning(world: World, listed: Any) -> None:
    world.fill(1)
    unreadable = record("no json \x00" + "x" * 1_000, world.now, "u")
    record_dead_letters(world.engine, [unreadable, *records_of(world, world.now)], now=world.now)
    assert world.statuses() == {"failed": 1}
    last = listed()["items"][-1]
    assert (last["message_id"], last["reason"], last["body"][:7]) == (
        None,
        PHRASES[Reason.UNREADABLE_RECORD],
        "no json",
    )
    assert (last["code"], last["params"]) == ("unreadable_record", None)


def test_the_same_record_twice_is_one_dead_letter(world: World, listed: Any) -> None:
    world.fill(1)
    for _ in range(2):
        record_dead_letters(world.engine, records_of(world, world.now), now=world.now)
    assert len(listed()["items"]) == 1


def test_what_has_become_something_else_is_left_alone(world: World, listed: Any, url: str, stand_in: StandIn) -> None:
    world.fill(1)
    world.send(client_of(url))
    record_dead_letters(world.engine, records_of(world, world.now), now=world.now)
    assert world.statuses() == {"sent": 1}
    assert listed()["items"][0]["failed"] is False
    assert stand_in.ledger.requests == 1


def test_what_was_released_anew_has_another_record_under_way(world: World) -> None:
    world.fill(1)
    record_dead_letters(world.engine, records_of(world, world.now - timedelta(minutes=30)), now=world.now)
    assert world.statuses() == {"queued": 1}


def test_put_back_it_is_sent_once_though_the_queue_redrives_it_too(world: World, url: str, stand_in: StandIn) -> None:
    world.fill(3)
    record_dead_letters(world.engine, records_of(world, world.now), now=world.now)
    # StartMessageMoveTask: the same records again, of messages that are failed.
    world.send(client_of(url))
    assert stand_in.ledger.requests == 0
    mailing_id = world.rows()[0].mailing_id
    with world.engine.begin() as connection:
        message_state.retry(connection, mailing_id, now=world.now)
        connection.exec_driver_sql("UPDATE message SET closes_at = now() + interval '10 years'")
    world.requeue()
    world.send(client_of(url), world.ids + world.ids)
    world.send(client_of(url))
    assert world.statuses() == {"sent": 3}
    assert stand_in.ledger.stats()["requests"] == 3
