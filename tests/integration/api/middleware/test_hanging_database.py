"""A hanging database: the call ends with a problem document, has no effect, and may be repeated.

The session's time limits end each wait; they are shorter here than in Lambda.
`tests/unit/notifications/database/test_sessions.py` compares those of Lambda with the function's timeout.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, create_engine, text

from notifications.database import engine as database
from notifications.database import sessions
from tests.support.database.silence import silent
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Answer, Gateway
from tests.support.functions.log import captured_log

IMPATIENT = replace(sessions.API, connect=timedelta(seconds=2), statement=timedelta(seconds=1))
MAILING = {
    "text": "Hi",
    "starts_at": "2030-01-01T10:00:00Z",
    "ends_at": "2030-01-02T10:00:00Z",
    "filter": {"tags": [], "operator_codes": []},
}
PHONE = "79261234567"


@pytest.fixture
def impatient(database_url: str, engine: Engine, triggers: list[str]) -> Iterator[Gateway]:
    """Calls the API as an admin, with short time limits of the database session."""
    assert engine
    own = database.engine(database_url, IMPATIENT)
    yield api_over(own, trigger_dispatcher=lambda: triggers.append("triggered"))
    own.dispose()


@contextmanager
def _locked(engine: Engine, statement: str) -> Iterator[None]:
    """Hold the locks of a statement in another transaction."""
    other = create_engine(engine.url)
    with other.begin() as connection:
        connection.execute(text(statement))
        yield
    other.dispose()


def _is_reported(answer: Answer) -> bool:
    problem = answer.json
    return (answer.status, answer.headers["Content-Type"], problem["code"], problem["request_id"]) == (
        500,
        "application/problem+json",
        "internal_error",
        "req-1",
    )


def test_an_update_of_a_locked_row_changes_nothing_and_may_be_repeated(impatient: Gateway, engine: Engine) -> None:
    impatient("POST", "client/", {"phone": PHONE, "timezone": "UTC"})
    with _locked(engine, "SELECT FROM client FOR UPDATE"), captured_log() as log:
        assert _is_reported(impatient("PATCH", f"client/{PHONE}/", {"timezone": "Asia/Omsk"}))
        assert impatient("GET", f"client/{PHONE}/").json["timezone"] == "UTC"
    errors = [line for line in map(json.loads, log.getvalue().splitlines()) if line["level"] == "ERROR"]
    assert [line["request_id"] for line in errors] == ["req-1"]
    assert impatient("PATCH", f"client/{PHONE}/", {"timezone": "Asia/Omsk"}).json["timezone"] == "Asia/Omsk"


def test_an_action_on_a_locked_table_leaves_its_key_free_and_triggers_nothing(
    impatient: Gateway, engine: Engine, triggers: list[str]
) -> None:
    impatient("POST", "mailing/", MAILING)
    triggers.clear()
    key = {"Idempotency-Key": "k"}
    with _locked(engine, "LOCK TABLE mailing"):
        assert _is_reported(impatient("POST", "mailing/1/pause/", headers=key))
        assert triggers == []
    again = impatient("POST", "mailing/1/pause/", headers=key)
    assert (again.status, again.json["status"]) == (200, "paused")
    assert "Idempotency-Replayed" not in again.headers
    assert triggers == ["triggered"]


@pytest.mark.parametrize(("method", "path"), [("GET", "client/"), ("POST", "mailing/1/pause/"), ("GET", "/health/")])
def test_a_server_that_accepts_and_never_answers_is_reported(method: str, path: str) -> None:
    with silent() as port:
        own = database.engine(f"postgresql://u@127.0.0.1:{port}/n?sslmode=disable", IMPATIENT)
        assert _is_reported(api_over(own)(method, path))
        own.dispose()
