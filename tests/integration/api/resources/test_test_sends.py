"""Test sends: a text to one phone now, outside all counts."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from dispatcher import test_sends as releasing
from dispatcher.sqs_queue import Queue
from notifications.database.tables import FIRST_TRIAL_ID
from notifications.messages import test_sends
from sender import test_sends as sender_test_sends
from sender.providers.base import Rejected
from tests.support.gateway import Gateway
from tests.support.mailings.simulation import ScriptedProvider, TimedSqs

PATH = "mailing/test/"
ANN = {"phone": "79261234567", "timezone": "Europe/Moscow", "attributes": {"name": "Ann"}}
NEW = {"phone": "79261234567", "text": "Hello {name|client}, {operator_code}"}


def released(engine: Engine) -> list[int]:
    now = datetime.now(UTC)
    sqs = TimedSqs(now)
    releasing.release(engine, Queue(sqs, "url"), clock=lambda: now)  # type: ignore[arg-type]
    return [trial_id for _, trial_id in sqs.waiting]


def accept_all(_: datetime) -> None:
    """What a provider does that accepts every message."""


def deliver(engine: Engine, ids: list[int], provider: ScriptedProvider) -> None:
    asyncio.run(sender_test_sends.deliver(engine, provider, ids, clock=lambda: datetime.now(UTC)))


def test_it_is_sent_once_and_outside_all_counts(call: Gateway, engine: Engine, triggers: list[str]) -> None:
    call("POST", "client/", ANN)
    answer = call("POST", PATH, NEW)
    assert (answer.status, answer.json["status"], answer.json["text"]) == (202, "pending", "Hello Ann, 926")
    assert triggers == ["triggered"]
    ids = released(engine)
    assert ids == [FIRST_TRIAL_ID]
    assert sender_test_sends.parted([5, *ids]) == ([5], ids)
    provider = ScriptedProvider(accept_all, datetime.now(UTC))
    deliver(engine, ids + ids, provider)
    deliver(engine, ids, provider)
    assert provider.calls == 1
    assert (
        call("GET", f"{PATH}{ids[0]}/").json | {"status": "sent", "error": None} == call("GET", f"{PATH}{ids[0]}/").json
    )
    assert call("GET", "statistic/").json["messages"]["total"] == 0


def test_the_provider_s_words_are_told(call: Gateway, engine: Engine) -> None:
    call("POST", PATH, NEW)

    def refuse(_: datetime) -> None:
        raise Rejected("HTTP 400: no such phone")

    deliver(engine, released(engine), ScriptedProvider(refuse, datetime.now(UTC)))
    found = call("GET", f"{PATH}{FIRST_TRIAL_ID}/").json
    assert (found["status"], found["error"]) == ("failed", "HTTP 400: no such phone")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "Hello client, 926"),
        ({"attributes": {"name": "Bo"}}, "Hello Bo, 926"),
        ({"attributes": {}}, "Hello client, 926"),
    ],
)
def test_what_fills_the_text(call: Gateway, given: dict[str, object], text: str) -> None:
    assert call("POST", PATH, NEW | given).json["text"] == text


def test_what_cannot_be_filled_is_refused_by_name(call: Gateway) -> None:
    answer = call("POST", PATH, NEW | {"text": "Hello {name}"})
    assert answer.status == 422
    assert "no name" in answer.json["errors"][0]["msg"]


def test_a_queue_that_refuses_it_is_asked_again(call: Gateway, engine: Engine) -> None:
    call("POST", PATH, NEW)
    now = datetime.now(UTC)

    class Refusing:
        def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> object:  # noqa: ARG002, N803
            return {"Failed": [{"Id": entry["Id"]} for entry in Entries]}

    releasing.release(engine, Queue(Refusing(), "url"), clock=lambda: now)  # type: ignore[arg-type]
    assert released(engine) == [FIRST_TRIAL_ID]


def test_what_got_stuck_is_told_to_have_failed(call: Gateway, engine: Engine) -> None:
    call("POST", PATH, NEW)
    ids = released(engine)
    with engine.begin() as connection:
        test_sends.claim(connection, ids, now=datetime.now(UTC))
        test_sends.sweep(connection, now=datetime.now(UTC) + timedelta(minutes=4))
    assert call("GET", f"{PATH}{ids[0]}/").json["error"] == "the worker died during the call"
    assert call("GET", f"{PATH}1/").status == 404
