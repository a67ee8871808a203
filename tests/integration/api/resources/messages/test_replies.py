"""Stored replies: listed newest first, by phone, and among all data of a person."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from notifications.messages.callbacks import replies
from notifications.messages.callbacks.reply import Reply
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway
from tests.support.functions.replies import reply_rules

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PHONE, OTHER = "79261234567", "79031234567"


@pytest.fixture
def call(engine: Engine) -> Gateway:
    given = [
        Reply(
            provider="http", webhook_id="msg_1", position=place, phone=phone, text=text, at=NOW - timedelta(minutes=ago)
        )
        for place, (phone, text, ago) in enumerate(
            [(PHONE, "hi", 3), (OTHER, "STOP", 2), (PHONE, "STOP", 1), (PHONE, "?", 1)]
        )
    ]
    replies.receive(engine, given, reply_rules(), now=NOW)
    return api_over(engine, now=lambda: NOW)


def test_replies_are_listed_newest_first(call: Gateway) -> None:
    answer = call("GET", "reply/").json
    assert [each["text"] for each in answer["items"]] == ["?", "STOP", "STOP", "hi"]
    assert answer["items"][1] == {
        "id": 3,
        "phone": PHONE,
        "provider": "http",
        "text": "STOP",
        "keyword": "stop",
        "effect": "opt_out",
        "at": "2026-11-23T11:59:00Z",
        "received_at": "2026-11-23T12:00:00Z",
    }


def test_replies_of_a_phone_have_pages(call: Gateway) -> None:
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = call("GET", f"reply/?phone=%2B{PHONE}&limit=1{cursor and f'&cursor={cursor}'}").json
        found += [each["text"] for each in answer["items"]]
        cursor = answer["next"]
    assert found == ["?", "STOP", "hi"]


def test_the_data_of_a_person_have_the_replies_page_by_page(call: Gateway) -> None:
    first = call("GET", f"client/{PHONE}/data/?limit=2").json["replies"]
    second = call("GET", f"client/{PHONE}/data/?limit=2&replies={first['next']}").json["replies"]
    assert [each["text"] for each in first["items"] + second["items"]] == ["?", "STOP", "hi"]
    assert second["next"] is None


def test_a_person_of_whom_only_a_reply_is_known_can_be_erased(call: Gateway, engine: Engine) -> None:
    only = Reply(provider="http", webhook_id="msg_2", position=0, phone="79260000001", text="who?", at=NOW)
    replies.receive(engine, [only], reply_rules(), now=NOW)
    body = {"phone": only.phone, "reason": "asked"}
    assert call("POST", f"client/{only.phone}/erase/", body, headers={"Idempotency-Key": "k"}).status == 200
    assert call("GET", f"reply/?phone={only.phone}").json["items"] == []
    assert len(call("GET", "reply/").json["items"]) == 4
