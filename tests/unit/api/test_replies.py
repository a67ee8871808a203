"""Replies are accepted as receipts are: by their signature alone, and put onto the queue without the database."""

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from api.resources.receipts.queue import MAX_BODY_BYTES, CallbackQueue
from notifications.messages.callbacks import queue_bodies
from notifications.messages.callbacks.reply import Reply
from provider_simulator.callbacks.items import Reply as SimulatedReply
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Answer
from tests.support.functions.receipt_sqs import Sqs
from tests.support.functions.signing import SECRET, signed

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
URL = "inbound/http/"
STOP = {"phone": "79261234567", "text": "STOP", "at": "2026-11-23T09:59:58+01:00"}


def post(sqs: Sqs, replies: list[Any], *, url: str = URL, sent_id: str = "msg_1") -> Answer:
    """Send replies to an API whose engine cannot be used."""
    queue = CallbackQueue(cast("Any", sqs), "url")
    engine = cast("Engine", None)
    call = api_over(engine, now=lambda: NOW, receipt_secrets=[SECRET], enqueue_replies=queue.send_replies)
    body = json.dumps({"messages": replies}, ensure_ascii=False).encode()
    return call.with_claims({})("POST", url, body, headers=signed(body, at=NOW, sent_id=sent_id))


def queued(sqs: Sqs) -> list[Reply]:
    return [reply for body in sqs.bodies() for reply in queue_bodies.read(body).replies]


def test_replies_are_put_onto_the_queue_with_their_places_in_the_call() -> None:
    sqs = Sqs()
    answer = post(sqs, [STOP, STOP | {"text": "yes", "phone": "+7 (903) 123-45-67"}])
    assert (answer.status, answer.json) == (202, {"messages": 2})
    at = datetime(2026, 11, 23, 8, 59, 58, tzinfo=UTC)
    call: dict[str, Any] = {"provider": "http", "webhook_id": "msg_1", "at": at}
    assert queued(sqs) == [
        Reply(position=0, phone="79261234567", text="STOP", **call),
        Reply(position=1, phone="79031234567", text="yes", **call),
    ]


def test_the_simulators_replies_are_accepted() -> None:
    sqs = Sqs()
    assert post(sqs, [SimulatedReply(79261234567, "СТОП", NOW.timestamp()).as_json()]).status == 202
    assert [(each.phone, each.text, each.at) for each in queued(sqs)] == [("79261234567", "СТОП", NOW)]


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"phone": "MTS"}, "phone", "phone_format"),
        ({"text": "x" * 2_001}, "text", "too_long"),
        ({"at": "2026-11-23T10:00:00"}, "at", "time_format"),
        ({"at": "2026-11-23T10:05:01Z"}, "at", "time_in_future"),
        ({"to": "900"}, "to", "field_unknown"),
    ],
)
def test_a_reply_that_is_not_valid_is_named(changed: dict[str, Any], field: str, code: str) -> None:
    sqs = Sqs()
    answer = post(sqs, [STOP, STOP | changed])
    assert answer.status == 422
    assert [(each["loc"], each["code"]) for each in answer.json["errors"]] == [(["body", "messages", 1, field], code)]
    assert sqs.batches == []


def test_a_reply_may_be_five_minutes_early() -> None:
    assert post(Sqs(), [STOP | {"at": (NOW + timedelta(minutes=5)).isoformat()}]).status == 202


@pytest.mark.parametrize("number", [0, 1_001])
def test_a_call_has_at_least_one_and_at_most_a_thousand_replies(number: int) -> None:
    assert post(Sqs(), [STOP] * number).status == 422


def test_an_id_that_an_index_cannot_hold_is_refused() -> None:
    assert post(Sqs(), [STOP], sent_id="m" * 255).status == 202
    answer = post(Sqs(), [STOP], sent_id="m" * 256)
    assert (answer.status, answer.json["errors"][0]["loc"]) == (422, ["header", "webhook-id"])


def test_a_provider_of_no_type_is_not_found() -> None:
    answer = post(Sqs(), [STOP], url="inbound/nobody/")
    assert (answer.status, answer.json["code"]) == (404, "provider_not_found")


@pytest.mark.parametrize("text", ["", "no", "\U0001f4f1" * 1_000, "\x01" * 700])
def test_a_message_of_the_queue_has_few_replies_and_few_bytes(text: str) -> None:
    sqs = Sqs()
    assert post(sqs, [STOP | {"text": text}] * 1_000).status == 202
    assert [each.position for each in queued(sqs)] == list(range(1_000))
    assert max(len(body.encode()) for body in sqs.bodies()) <= MAX_BODY_BYTES
    assert max(len(batch) for batch in sqs.batches) <= 10


def test_an_unsigned_call_is_refused() -> None:
    call = api_over(cast("Engine", None), now=lambda: NOW, receipt_secrets=[SECRET]).with_claims({})
    assert call("POST", URL, {"messages": [STOP]}).status == 401
