"""Retries of failed and expired messages, before and after the end of the mailing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from notifications.mailings import planning
from notifications.mailings import repository as mailings
from tests.integration.api.resources.mailings.test_mailings import NOW, clients
from tests.support.functions.gateway import Gateway
from tests.support.mailings.planned import plan, send

PATH = "mailing/1/retry/"
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()


def mixed(call: Gateway, engine: Engine) -> None:
    """Create a mailing with one failed and one expired message, and one that waits."""
    clients(call, 3)
    call("POST", "mailing/", NOW)
    plan(engine, 1)
    send(engine, 1, [("failed", "no such number"), ("expired", None)])


def end(engine: Engine, status: str = "running") -> None:
    """Move the mailing's end into the past."""
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE message SET due_at = due_at - interval '3 h', closes_at = now()")
        connection.exec_driver_sql(
            f"UPDATE mailing SET starts_at = now() - interval '3 h', ends_at = now(), status = '{status}'"
        )


def stats(call: Gateway) -> dict[str, int]:
    return {status: n for status, n in call("GET", "mailing/1/").json["stats"].items() if n}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (None, {"total": 3, "pending": 2, "expired": 1}),
        ({}, {"total": 3, "pending": 2, "expired": 1}),
        ({"statuses": ["expired"]}, {"total": 3, "pending": 2, "failed": 1}),
        ({"statuses": ["failed", "expired"]}, {"total": 3, "pending": 3}),
    ],
)
def test_messages_of_the_given_statuses_are_retried(
    call: Gateway, engine: Engine, body: dict[str, Any] | None, expected: dict[str, int]
) -> None:
    mixed(call, engine)
    assert call("POST", PATH, body).status == 200
    assert stats(call) == expected


def test_after_the_end_a_retry_needs_a_new_end(call: Gateway, engine: Engine) -> None:
    mixed(call, engine)
    end(engine, "finished")
    refused = call("POST", PATH)
    assert (refused.status, refused.json["code"]) == (409, "mailing_ended")
    answer = call("POST", PATH, {"ends_at": TOMORROW})
    assert (answer.status, answer.json["status"]) == (200, "running")
    assert datetime.fromisoformat(answer.json["ends_at"]) == datetime.fromisoformat(TOMORROW)
    (line,) = call("GET", "audit/?kind=mailing&action=retry").json["items"]
    assert (line["before"]["status"], line["after"]["status"]) == ("finished", "running")
    assert line["after"]["ends_at"] == answer.json["ends_at"]


def test_messages_that_the_end_has_stopped_stay_expired(call: Gateway, engine: Engine) -> None:
    """Whether or not a tick has seen the end."""
    mixed(call, engine)
    end(engine)
    assert call("POST", PATH, {"ends_at": TOMORROW}).status == 200
    assert stats(call) == {"total": 3, "pending": 1, "expired": 2}
    now = datetime.now(UTC)
    with engine.begin() as connection:
        row = mailings.get(connection, 1, lock=True)
        assert row.rescheduled_version == row.schedule_version
        assert planning.reopen(connection, 1, now=now, at_most=10) == 1
    assert stats(call) == {"total": 3, "pending": 1, "expired": 2}
    assert call("POST", PATH, {"statuses": ["expired"]}).json["stats"]["pending"] == 3


@pytest.mark.parametrize("status", ["running", "paused"])
def test_a_mailing_cannot_be_updated_after_its_end(call: Gateway, engine: Engine, status: str) -> None:
    mixed(call, engine)
    end(engine, status)
    for change in ({"ends_at": TOMORROW}, {"text": "Bye"}):
        answer = call("PATCH", "mailing/1/", change)
        assert (answer.status, answer.json["code"]) == (409, "mailing_ended")


def test_a_new_end_may_be_given_before_the_end(call: Gateway, engine: Engine) -> None:
    mixed(call, engine)
    answer = call("POST", PATH, {"ends_at": TOMORROW})
    assert datetime.fromisoformat(answer.json["ends_at"]) == datetime.fromisoformat(TOMORROW)
    assert answer.json["stats"]["failed"] == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"statuses": ["sent"]}, "statuses"),
        ({"statuses": []}, "statuses"),
        ({"ends_at": "2020-01-01T10:00:00Z"}, "ends_at"),
        ({"ends_at": "tomorrow"}, "ends_at"),
        ({"until": TOMORROW}, "until"),
    ],
)
def test_bad_retries_are_refused(call: Gateway, engine: Engine, body: dict[str, Any], field: str) -> None:
    mixed(call, engine)
    answer = call("POST", PATH, body)
    assert answer.status == 422
    assert any(field in error["loc"] for error in answer.json["errors"])
