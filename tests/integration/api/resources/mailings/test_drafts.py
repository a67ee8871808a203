"""Drafts: created, edited, launched and withdrawn; no tick touches them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from dispatcher.sqs_queue import Queue
from dispatcher.tick import tick
from tests.integration.api.resources.mailings.test_mailings import LATER, NOW, clients
from tests.support.functions.gateway import Gateway
from tests.support.mailings.planned import plan
from tests.support.mailings.simulation import TimedSqs

DRAFT = NOW | {"draft": True}


def run_tick(engine: Engine) -> int:
    """Run a tick, and return the number of messages that it queued."""
    now = datetime.now(UTC)
    sqs = TimedSqs(now)
    tick(engine, Queue(sqs, "url"), clock=lambda: datetime.now(UTC), until=now + timedelta(minutes=1))  # type: ignore[arg-type]
    return len(sqs.waiting)


def test_a_draft_is_not_sent_before_it_is_launched(call: Gateway, engine: Engine) -> None:
    clients(call)
    created = call("POST", "mailing/", DRAFT)
    assert (created.status, created.json["status"]) == (201, "draft")
    assert "draft" not in created.json
    assert run_tick(engine) == 0
    assert call("GET", "mailing/1/").json["status"] == "draft"
    launched = call("POST", "mailing/1/launch/")
    assert (launched.status, launched.json["status"]) == (200, "scheduled")
    assert run_tick(engine) == 3


def test_no_other_version_than_the_checked_one_is_launched(call: Gateway) -> None:
    etag = call("POST", "mailing/", DRAFT).headers["ETag"]
    changed = call("PATCH", "mailing/1/", {"text": "Bye"})
    assert (changed.status, changed.json["status"]) == (200, "draft")
    assert call("POST", "mailing/1/launch/", headers={"If-Match": etag}).status == 412
    assert call("POST", "mailing/1/launch/", headers={"If-Match": changed.headers["ETag"]}).status == 200


def test_a_launch_checks_what_has_changed_since_the_draft_was_saved(call: Gateway, engine: Engine) -> None:
    call("POST", "client/", {"phone": "79260000000", "timezone": "UTC", "attributes": {"name": "Ann"}})
    call("POST", "mailing/", DRAFT)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE mailing SET starts_at = now() - interval '2 h', ends_at = now()")
    late = call("POST", "mailing/1/launch/")
    assert (late.status, late.json["errors"][0]["loc"], late.json["errors"][0]["code"]) == (
        422,
        ["body", "ends_at"],
        "end_in_past",
    )
    assert call("PATCH", "mailing/1/", {"ends_at": NOW["ends_at"]}).status == 200
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE mailing SET text = '{nickname}'")
    unknown = call("POST", "mailing/1/launch/")
    assert (unknown.status, unknown.json["errors"][0]["code"]) == (422, "attributes_unknown")
    assert call("GET", "mailing/1/").json["status"] == "draft"


def test_a_mailing_that_has_not_started_is_withdrawn(call: Gateway, engine: Engine) -> None:
    clients(call)
    call("POST", "mailing/", LATER)
    withdrawn = call("POST", "mailing/1/withdraw/")
    assert (withdrawn.status, withdrawn.json["status"]) == (200, "draft")
    assert call("POST", "mailing/1/withdraw/").json["status"] == "draft"
    call("PATCH", "mailing/1/", {"starts_at": NOW["starts_at"]})
    assert run_tick(engine) == 0
    actions = [line["action"] for line in call("GET", "audit/?kind=mailing").json["items"]]
    assert actions == ["change", "withdraw", "create"]


def test_a_paused_mailing_that_has_not_started_is_withdrawn(call: Gateway) -> None:
    call("POST", "mailing/", LATER)
    call("POST", "mailing/1/pause/")
    assert call("POST", "mailing/1/withdraw/").json["status"] == "draft"


def test_a_mailing_that_has_started_is_not_withdrawn(call: Gateway, engine: Engine) -> None:
    call("POST", "mailing/", NOW)
    plan(engine, 1)
    for _ in ("running", "paused"):
        answer = call("POST", "mailing/1/withdraw/")
        assert (answer.status, answer.json["code"]) == (409, "mailing_planned")
        call("POST", "mailing/1/pause/")
    call("POST", "mailing/1/cancel/")
    answer = call("POST", "mailing/1/withdraw/")
    assert (answer.status, answer.json["code"]) == (409, "mailing_status")


@pytest.mark.parametrize("action", ["pause", "resume", "cancel", "retry"])
def test_a_draft_has_nothing_to_pause_cancel_or_retry(call: Gateway, action: str) -> None:
    call("POST", "mailing/", DRAFT)
    answer = call("POST", f"mailing/1/{action}/")
    assert (answer.status, answer.json["code"]) == (409, "mailing_status")
    assert answer.json["params"] == {"action": action, "status": "draft"}


def test_only_a_draft_is_launched(call: Gateway) -> None:
    call("POST", "mailing/", LATER)
    answer = call("POST", "mailing/1/launch/")
    assert (answer.status, answer.json["params"]) == (409, {"action": "launch", "status": "scheduled"})


def test_drafts_are_listed_explained_counted_and_deleted(call: Gateway) -> None:
    clients(call, 2)
    call("POST", "mailing/", DRAFT | {"max_rate": 1})
    call("POST", "mailing/", LATER)
    assert [each["id"] for each in call("GET", "mailing/?status=draft").json["items"]] == [1]
    explained = call("GET", "mailing/1/explain/?phone=79260000000").json
    assert (explained["status"], explained["verdict_code"]) == (None, "not_launched")
    assert call("GET", "statistic/1/").status == 200
    assert call("DELETE", "mailing/1/").status == 204
    assert call("GET", "mailing/?status=draft").json["items"] == []


def test_a_tag_of_a_draft_is_in_use(call: Gateway) -> None:
    call("POST", "tag/", {"name": "vip"})
    call("POST", "mailing/", DRAFT | {"filter": {"tags": ["vip"], "operator_codes": []}})
    assert call("DELETE", "tag/vip/").status == 409


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text_length"),
        (" \u200b", "text_blank"),
        ("Hi {name", "brace_unbalanced"),
        ("{first name}", "placeholder_format"),
        ("Hi {name}", "attributes_unknown"),
        ("x" * 4096, "text_segments"),
    ],
)
def test_a_draft_keeps_any_text_and_is_not_launched_with_it(
    call: Gateway, engine: Engine, text: str, code: str
) -> None:
    clients(call)
    created = call("POST", "mailing/", DRAFT | {"text": text})
    assert (created.status, created.json["text"]) == (201, text)
    assert call("PATCH", "mailing/1/", {"text": "Hi"}).status == 200
    assert call("PATCH", "mailing/1/", {"text": text}).json["text"] == text
    assert call("GET", "mailing/1/explain/?phone=79260000000").json["verdict_code"] == "not_launched"
    assert call("GET", "mailing/").json["items"][0]["text"] == text
    assert call("GET", "statistic/1/").status == call("GET", "statistic/").status == 200
    refused = call("POST", "mailing/1/launch/")
    error = refused.json["errors"][0]
    assert (refused.status, error["loc"], error["code"]) == (422, ["body", "text"], code)
    assert run_tick(engine) == 0
    assert call("GET", "mailing/1/").json["status"] == "draft"
    call("PATCH", "mailing/1/", {"text": "Hi"})
    assert call("POST", "mailing/1/launch/").status == 200


@pytest.mark.parametrize("text", ["", " ", "{", "{name}", "x" * 4096])
def test_only_a_draft_keeps_such_a_text(call: Gateway, text: str) -> None:
    assert call("POST", "mailing/", LATER | {"text": text}).status == 422
    assert call("POST", "mailing/", LATER).status == 201
    assert call("PATCH", "mailing/1/", {"text": text}).status == 422
    assert call("POST", "mailing/preview/", LATER | {"text": text}).status == 422


@pytest.mark.parametrize("text", ["x" * 4097, "\u0000", 5, None])
def test_a_draft_keeps_no_text_that_cannot_be_stored(call: Gateway, text: object) -> None:
    refused = call("POST", "mailing/", DRAFT | {"text": text})
    assert (refused.status, refused.json["errors"][0]["loc"]) == (422, ["body", "text"])
    call("POST", "mailing/", DRAFT)
    assert call("PATCH", "mailing/1/", {"text": text}).status == 422


def test_a_draft_may_have_ended_until_it_is_launched(call: Gateway) -> None:
    past = {"starts_at": "2020-01-01T10:00:00Z", "ends_at": "2020-01-02T10:00:00Z"}
    assert call("POST", "mailing/", DRAFT | past).status == 201
    assert call("PATCH", "mailing/1/", {"ends_at": "2020-01-03T10:00:00Z"}).status == 200
    assert call("PATCH", "mailing/1/", {"ends_at": "2019-01-03T10:00:00Z"}).status == 422
    assert call("POST", "mailing/1/launch/").json["errors"][0]["code"] == "end_in_past"
    assert call("PATCH", "mailing/1/", {"ends_at": NOW["ends_at"]}).status == 200
    assert call("POST", "mailing/1/launch/").status == 200


@pytest.mark.parametrize("draft", ["true", 1, None])
def test_draft_is_true_or_false(call: Gateway, draft: object) -> None:
    assert call("POST", "mailing/", NOW | {"draft": draft}).status == 422


def test_a_preview_has_no_draft(call: Gateway) -> None:
    assert call("POST", "mailing/preview/", DRAFT).status == 422
