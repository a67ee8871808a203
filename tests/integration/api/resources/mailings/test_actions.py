"""Actions between a mailing's end and the tick that finishes it, and actions that change nothing."""

import pytest
from sqlalchemy import Engine

from tests.integration.api.resources.mailings.test_mailings import NOW, clients
from tests.integration.api.resources.mailings.test_retries import end
from tests.support.functions.gateway import Gateway
from tests.support.mailings.planned import plan


@pytest.mark.parametrize(("status", "action"), [("running", "pause"), ("paused", "resume"), ("paused", "pause")])
def test_a_mailing_whose_end_has_passed_is_neither_paused_nor_resumed(
    call: Gateway, engine: Engine, status: str, action: str
) -> None:
    call("POST", "mailing/", NOW)
    end(engine, status)
    refused = call("POST", f"mailing/1/{action}/")
    assert (refused.status, refused.json["code"]) == (409, "mailing_ended")
    assert call("GET", "mailing/1/").json["status"] == status


def test_a_mailing_whose_end_has_passed_can_be_cancelled(call: Gateway, engine: Engine) -> None:
    call("POST", "mailing/", NOW)
    end(engine)
    assert call("POST", "mailing/1/cancel/").json["status"] == "cancelled"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("mailing/1/retry/", {"statuses": ["failed", "expired"]}),
        ("mailing/1/resolve/", {"verdict": "resend"}),
        ("mailing/1/resume/", None),
    ],
)
def test_an_action_that_changes_nothing_is_not_in_the_audit_log(
    call: Gateway, engine: Engine, path: str, body: dict[str, object] | None
) -> None:
    clients(call, 2)
    call("POST", "mailing/", NOW)
    plan(engine, 1)
    assert call("POST", path, body).status == 200
    assert [line["action"] for line in call("GET", "audit/?kind=mailing").json["items"]] == ["create"]
    assert call("GET", "job/").json["items"] == []
