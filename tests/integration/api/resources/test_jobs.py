"""Jobs in the API: started by large retries, listed with their progress, and cancelled."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import pytest
from sqlalchemy import Engine, text

from notifications import message_state
from notifications.jobs.job import AT_ONCE
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway, user

NOW = {"filter": {"tags": []}, "text": "Hi", "starts_at": "2026-01-01T10:00:00Z", "ends_at": "2099-01-01T10:00:00Z"}
MANY = AT_ONCE + 1


def mailing(call: Gateway, engine: Engine, status: str, n: int = MANY, *, mailing_status: str = "running") -> int:
    """Create a mailing with `n` messages of a status, and return its id."""
    mailing_id: int = call("POST", "mailing/", NOW).json["id"]
    values = {"id": mailing_id, "status": status, "n": n, "mailing_status": mailing_status}
    with engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO message (mailing_id, client_id, status, schedule_version, since)
                SELECT :id, client_id, :status, 1, now() - interval '1 h'
                FROM generate_series(1, CAST(:n AS int)) AS client_id
            """),
            values,
        )
        connection.execute(text("INSERT INTO mailing_count VALUES (:id, :status, 0, :n)"), values)
        connection.execute(
            text("UPDATE mailing SET status = :mailing_status, plan_until = 0, planned_at = now() WHERE id = :id"),
            values,
        )
    return mailing_id


@pytest.mark.parametrize(
    ("action", "status", "body"),
    [
        ("retry", "failed", None),
        ("retry", "expired", {"statuses": ["expired", "failed"]}),
        ("resolve", "unknown", {"verdict": "resend"}),
        ("resolve", "unknown", {"verdict": "give_up"}),
    ],
)
def test_many_messages_are_changed_by_a_job(call: Gateway, engine: Engine, action: str, status: str, body: Any) -> None:
    mailing_id = mailing(call, engine, status)
    answer = call("POST", f"mailing/{mailing_id}/{action}/", body)
    assert answer.status == 202
    job = answer.json
    assert job | {"created_at": None} == {
        "id": 1,
        "kind": action,
        "status": "waiting",
        "mailing_id": mailing_id,
        "done": 0,
        "total": MANY,
        "result": {},
        "error": None,
        "error_code": None,
        "error_params": None,
        "name": "ann",
        "created_at": None,
        "started_at": None,
        "finished_at": None,
    }
    assert call("GET", "job/1/").json == job
    assert call("GET", f"mailing/{mailing_id}/").json["stats"][status] == MANY
    (line,) = call("GET", f"audit/?kind=mailing&action={action}").json["items"]
    assert line["key"] == str(mailing_id)


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        ("failed", None, "job_to_send"),
        ("expired", {"statuses": ["expired", "failed"]}, "job_to_send"),
        ("unknown", {"verdict": "resend"}, "job_to_send"),
        ("unknown", {"verdict": "give_up"}, "job_to_give_up"),
    ],
)
def test_a_message_that_a_job_is_to_change_is_explained(
    call: Gateway, engine: Engine, status: str, body: Any, code: str
) -> None:
    call("POST", "client/", {"phone": "79260000000", "timezone": "UTC"})
    mailing_id = mailing(call, engine, status)
    path = f"mailing/{mailing_id}/explain/?phone=79260000000"
    before = call("GET", path).json
    assert before["verdict_code"] == status
    action = "resolve" if status == "unknown" else "retry"
    call("POST", f"mailing/{mailing_id}/{action}/", body)
    waiting = call("GET", path).json
    assert (waiting["verdict_code"], waiting["verdict_params"]["reason"]["code"]) == ("awaits_job", code)
    assert waiting["verdict_params"]["reason"]["params"] == {"job_id": 1}
    call("POST", "job/1/cancel/")
    assert call("GET", path).json["verdict"] == before["verdict"]


@pytest.mark.parametrize("path", ["mailing/1/retry/", "mailing/1/retry"])
def test_the_location_is_that_of_the_job(call: Gateway, engine: Engine, triggers: list[str], path: str) -> None:
    mailing(call, engine, "failed")
    triggers.clear()
    url = f"https://api/prefix/api/v1/{path}"
    assert urljoin(url, call("POST", path).headers["Location"]) == "https://api/prefix/api/v1/job/1/"
    assert triggers == ["triggered"]


@pytest.mark.parametrize(("action", "status"), [("retry", "failed"), ("resolve", "unknown")])
def test_up_to_a_thousand_messages_are_changed_at_once(call: Gateway, engine: Engine, action: str, status: str) -> None:
    mailing_id = mailing(call, engine, status, AT_ONCE)
    body = {"verdict": "give_up"} if action == "resolve" else None
    answer = call("POST", f"mailing/{mailing_id}/{action}/", body)
    assert (answer.status, answer.json["stats"][status]) == (200, 0)
    assert "Location" not in answer.headers
    assert answer.headers["ETag"]
    assert call("GET", "job/").json["items"] == []


@pytest.mark.parametrize(("action", "status"), [("retry", "failed"), ("resolve", "unknown")])
def test_a_setting_makes_small_changes_jobs(engine: Engine, action: str, status: str) -> None:
    call = api_over(engine, changed_at_once=2)
    two, three = mailing(call, engine, status, 2), mailing(call, engine, status, 3)
    body = {"verdict": "give_up"} if action == "resolve" else None
    assert call("POST", f"mailing/{two}/{action}/", body).status == 200
    assert call("POST", f"mailing/{three}/{action}/", body).status == 202


def test_a_mailing_gets_its_new_end_before_the_job_begins(call: Gateway, engine: Engine) -> None:
    mailing_id = mailing(call, engine, "failed", mailing_status="finished")
    with engine.begin() as connection:
        connection.execute(text("UPDATE mailing SET ends_at = now() - interval '1 s'"))
    assert call("POST", f"mailing/{mailing_id}/retry/", {"ends_at": "2099-02-02T00:00:00Z"}).status == 202
    found = call("GET", f"mailing/{mailing_id}/").json
    assert (found["status"], found["ends_at"]) == ("running", "2099-02-02T00:00:00Z")


def test_a_mailing_that_is_still_expiring_is_not_extended(call: Gateway, engine: Engine) -> None:
    mailing_id = mailing(call, engine, "pending", 5_001)
    with engine.begin() as connection:
        connection.execute(text("UPDATE mailing SET ends_at = now() - interval '1 s'"))
    answer = call("POST", f"mailing/{mailing_id}/retry/", {"ends_at": "2099-02-02T00:00:00Z"})
    assert (answer.status, answer.json["code"]) == (409, "mailing_ending")
    assert call("GET", f"mailing/{mailing_id}/").json["stats"]["pending"] == 5_001
    # As the next tick does, in chunks of the same size.
    with engine.begin() as connection:
        message_state.expire(connection, mailing_id, now=datetime.now(UTC), at_most=5_000)
    assert call("POST", f"mailing/{mailing_id}/retry/", {"ends_at": "2099-02-02T00:00:00Z"}).status == 200
    assert call("GET", f"mailing/{mailing_id}/").json["stats"]["expired"] == 5_001


def test_a_mailing_with_the_last_messages_to_expire_is_extended(call: Gateway, engine: Engine) -> None:
    mailing_id = mailing(call, engine, "pending", 5_000)
    with engine.begin() as connection:
        connection.execute(text("UPDATE mailing SET ends_at = now() - interval '1 s'"))
    assert call("POST", f"mailing/{mailing_id}/retry/", {"ends_at": "2099-02-02T00:00:00Z"}).status == 200


def test_a_repeated_call_answers_with_the_same_job(call: Gateway, engine: Engine) -> None:
    mailing(call, engine, "failed")
    first, second = (call("POST", "mailing/1/retry/", headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (second.status, second.json, second.headers["Location"]) == (202, first.json, first.headers["Location"])
    refused = call("POST", "mailing/1/retry/")
    assert (refused.status, refused.json["code"], refused.json["params"]) == (409, "mailing_busy", {"job_id": 1})
    assert call("POST", "mailing/1/resolve/", {"verdict": "give_up"}).status == 409


def test_a_job_is_cancelled_once(call: Gateway, engine: Engine, triggers: list[str]) -> None:
    mailing(call, engine, "failed")
    call("POST", "mailing/1/retry/")
    triggers.clear()
    first, second = call("POST", "job/1/cancel/"), call("POST", "job/1/cancel/")
    assert (first.status, first.json["status"]) == (200, "cancelled")
    assert second.json == first.json
    assert triggers == ["triggered"]
    (line,) = call("GET", "audit/?kind=job").json["items"]
    assert (line["action"], line["key"]) == ("cancel", "1")
    assert (line["before"]["status"], line["after"]["status"]) == ("waiting", "cancelled")
    assert call("POST", "mailing/1/retry/").status == 202


def test_an_ended_job_is_not_cancelled(call: Gateway, engine: Engine) -> None:
    mailing(call, engine, "failed")
    call("POST", "mailing/1/retry/")
    with engine.begin() as connection:
        connection.execute(text("UPDATE job SET status = 'finished', finished_at = now()"))
    answer = call("POST", "job/1/cancel/")
    assert (answer.status, answer.json["code"]) == (409, "job_status")
    assert answer.json["params"] == {"action": "cancel", "job_status": "finished"}


def test_jobs_are_listed_by_status_kind_and_mailing(call: Gateway, engine: Engine) -> None:
    for status, action in (("failed", "retry"), ("unknown", "resolve"), ("failed", "retry")):
        body = {"verdict": "give_up"} if action == "resolve" else None
        call("POST", f"mailing/{mailing(call, engine, status)}/{action}/", body)
    call("POST", "job/3/cancel/")

    def ids(query: str) -> list[int]:
        return [each["id"] for each in call("GET", f"job/?{query}").json["items"]]

    assert ids("") == [3, 2, 1]
    assert ids("status=waiting&sort=id") == [1, 2]
    assert ids("kind=retry") == [3, 1]
    assert ids("mailing_id=2") == [2]
    page = call("GET", "job/?limit=2").json
    assert ids(f"limit=2&cursor={page['next']}") == [1]
    assert call("GET", "job/?status=lost").status == 422


def test_viewers_read_and_operators_cancel(call: Gateway, engine: Engine) -> None:
    mailing(call, engine, "failed")
    call("POST", "mailing/1/retry/")
    viewer = call.with_claims(user("viewer"))
    assert viewer("GET", "job/1/").status == 200
    assert viewer("POST", "job/1/cancel/").status == 403
    assert call.with_claims(user("operator"))("POST", "job/1/cancel/").status == 200
    assert call("GET", "job/9/").json["code"] == "job_not_found"
