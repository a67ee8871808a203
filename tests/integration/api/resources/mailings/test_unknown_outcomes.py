"""Decisions on messages in doubt, one by one and all at once."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from notifications.mailings import planning
from tests.integration.api.resources.mailings.test_mailings import NOW, clients
from tests.support.functions.gateway import Gateway
from tests.support.mailings.planned import plan, send

PATH = "mailing/1/resolve/"


def held(call: Gateway, engine: Engine, n: int = 3) -> None:
    clients(call, n)
    call("POST", "mailing/", NOW | {"on_unknown": "hold"})
    plan(engine, 1)
    send(engine, 1, [("unknown", "no answer within 10 s")] * n)


def stats(call: Gateway) -> dict[str, int]:
    return {status: n for status, n in call("GET", "mailing/1/").json["stats"].items() if n}


def test_some_messages_are_resent_and_others_given_up(call: Gateway, engine: Engine) -> None:
    held(call, engine)
    answer = call("POST", PATH, {"verdict": "resend", "messages": [1]})
    assert (answer.status, stats(call)) == (200, {"total": 3, "pending": 1, "unknown": 2})
    call("POST", PATH, {"verdict": "give_up", "messages": [2]})
    assert stats(call) == {"total": 3, "pending": 1, "unknown": 1, "failed": 1}
    message = call("GET", "mailing/1/message/?status=failed").json["items"][0]
    assert (message["id"], message["last_error"]) == (2, "an operator gave up on the message: no answer within 10 s")
    assert message["last_error_code"] == "given_up"
    given_up: dict[str, Any] = {"code": None, "params": {}, "text": "no answer within 10 s"}
    assert message["last_error_params"] == {"reason": given_up}
    assert [each["action"] for each in call("GET", "audit/?kind=mailing").json["items"]][:2] == ["resolve"] * 2


def test_all_messages_are_decided_at_once(call: Gateway, engine: Engine) -> None:
    held(call, engine)
    assert call("POST", PATH, {"verdict": "give_up"}).json["stats"]["failed"] == 3


def test_a_finished_mailing_runs_again(call: Gateway, engine: Engine) -> None:
    held(call, engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE mailing SET status = 'finished', finished_at = now()")
    assert call("POST", PATH, {"verdict": "give_up", "messages": [1]}).json["status"] == "finished"
    assert call("POST", PATH, {"verdict": "resend"}).json["status"] == "running"


def test_a_message_with_a_known_outcome_is_a_conflict_and_changes_nothing(call: Gateway, engine: Engine) -> None:
    held(call, engine)
    send_known = call("POST", PATH, {"verdict": "give_up", "messages": [1]})
    assert send_known.status == 200
    answer = call("POST", PATH, {"verdict": "give_up", "messages": [1, 2, 99]})
    assert (answer.status, answer.json["code"]) == (409, "outcome_known")
    assert answer.json["params"] == {"message_ids": [1, 99]}
    assert stats(call) == {"total": 3, "unknown": 2, "failed": 1}


def test_no_message_is_resent_after_the_end(call: Gateway, engine: Engine) -> None:
    held(call, engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE mailing SET starts_at = now() - interval '2 h', ends_at = now()")
    assert call("POST", PATH, {"verdict": "resend"}).status == 409
    assert call("POST", PATH, {"verdict": "give_up"}).status == 200


def test_bad_decisions_are_refused(call: Gateway, engine: Engine) -> None:
    held(call, engine, 1)
    for body in (
        {},
        {"verdict": "maybe"},
        {"verdict": "resend", "messages": []},
        {"verdict": "resend", "messages": ["1"]},
    ):
        assert call("POST", PATH, body).status == 422
    assert call("POST", "mailing/2/resolve/", {"verdict": "resend"}).status == 404


def test_a_resent_message_gets_the_current_opening(call: Gateway, engine: Engine) -> None:
    held(call, engine, 1)
    call("POST", PATH, {"verdict": "resend"})
    with engine.begin() as connection:
        assert planning.reopen(connection, 1, now=datetime.now(UTC), at_most=10) == 1


def test_a_mailing_that_ended_with_unknown_outcomes_can_get_a_new_end(call: Gateway, engine: Engine) -> None:
    held(call, engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE mailing SET status = 'finished', finished_at = now(), ends_at = now()")
    assert call("POST", PATH, {"verdict": "resend"}).json["code"] == "mailing_ended"
    assert call("POST", "mailing/1/retry/", {"ends_at": "2099-01-01T00:00:00Z"}).status == 200
    resent = call("POST", PATH, {"verdict": "resend"}).json
    assert (resent["status"], resent["stats"]["pending"]) == ("running", 3)
