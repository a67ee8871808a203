"""Test sends: a text to one phone, sent at once and outside all mailings."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from dispatcher.sqs_queue import Queue
from dispatcher.tick import tick
from notifications.database.tables import FIRST_DIRECT_ID
from sender.delivery import Sender
from sender.providers.base import Rejected
from tests.support.functions.gateway import Gateway
from tests.support.mailings.simulation import ScriptedProvider, TimedSqs

PATH = "mailing/test/"
ANN = {"phone": "79261234567", "timezone": "Europe/Moscow", "attributes": {"name": "Ann"}}
NEW = {"phone": "79261234567", "text": "Hello {name|client}, {operator_code}"}


def go_out(engine: Engine, provider: ScriptedProvider, *, times: int = 1) -> list[int]:
    """Run one tick, then deliver the queued messages the given number of times."""
    now = datetime.now(UTC)
    sqs = TimedSqs(now)
    tick(engine, Queue(sqs, "url"), clock=lambda: now, until=now + timedelta(days=1))  # type: ignore[arg-type]
    ids = [message_id for _, message_id in sqs.waiting]
    for _ in range(times):
        asyncio.run(Sender(engine=engine, provider=provider, clock=lambda: now).deliver(ids))
    return ids


def accept_all(_: datetime) -> None:
    """Accept every message."""


def refuse(_: datetime) -> None:
    raise Rejected("HTTP 400: no such phone")


def provider(script: Any = accept_all) -> ScriptedProvider:
    return ScriptedProvider(script, datetime.now(UTC))


def test_a_test_send_is_sent_once_and_not_counted(call: Gateway, engine: Engine, triggers: list[str]) -> None:
    call("POST", "client/", ANN)
    answer = call("POST", PATH, NEW)
    assert (answer.status, answer.json["status"], answer.json["text"]) == (202, "pending", "Hello Ann, 926")
    assert triggers == ["triggered"]
    accepting = provider()
    assert go_out(engine, accepting, times=2) == [answer.json["id"]] == [FIRST_DIRECT_ID]
    assert accepting.calls == 1
    sent = call("GET", f"{PATH}{FIRST_DIRECT_ID}/").json
    assert sent == answer.json | {"status": "sent", "error": None, "error_code": None, "error_params": None}
    assert call("GET", "statistic/").json["messages"]["total"] == 0


def test_the_providers_error_is_shown_with_its_code(call: Gateway, engine: Engine) -> None:
    call("POST", PATH, NEW)
    go_out(engine, provider(refuse))
    found = call("GET", f"{PATH}{FIRST_DIRECT_ID}/").json
    assert (found["status"], found["error"]) == ("failed", "HTTP 400: no such phone")
    assert found["error_code"] == "provider_rejected"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "Hello client, 926"),
        ({"attributes": {"name": "Bo"}}, "Hello Bo, 926"),
        ({"attributes": {}}, "Hello client, 926"),
    ],
)
def test_the_text_is_filled_from_client_or_given_values(call: Gateway, given: dict[str, object], text: str) -> None:
    assert call("POST", PATH, NEW | given).json["text"] == text


def test_a_missing_value_is_refused_by_name(call: Gateway) -> None:
    answer = call("POST", PATH, NEW | {"text": "Hello {name}"})
    assert answer.status == 422
    assert "no name" in answer.json["errors"][0]["msg"]


def test_messages_of_mailings_are_not_found_as_test_sends(call: Gateway) -> None:
    call("POST", PATH, NEW)
    answers = [call("GET", f"{PATH}{each}/") for each in (FIRST_DIRECT_ID, FIRST_DIRECT_ID + 1, 1)]
    assert [answer.status for answer in answers] == [200, 404, 404]
    assert answers[1].json["code"] == "test_send_not_found"


def test_the_audit_log_has_sender_and_phone_of_a_test_send(call: Gateway) -> None:
    call("POST", PATH, NEW)
    (change,) = call("GET", "audit/?kind=test_send").json["items"]
    assert (change["action"], change["key"], change["actor"]) == ("create", str(FIRST_DIRECT_ID), "u-1")
    assert (change["before"], change["after"]) == (None, {"phone": NEW["phone"]})
