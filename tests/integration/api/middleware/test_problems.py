import io
import json

import pytest
from sqlalchemy import create_engine

from api import request_context
from api.app import handler
from notifications.contracts.observability import logger
from tests.support.gateway import Context, Gateway, answer, event, user


def test_an_unexpected_error_tells_an_id_that_the_log_has(call: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = create_engine("postgresql+psycopg://postgres@127.0.0.1:1/x")
    monkeypatch.setattr(request_context, "database", lambda: nowhere)
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    for given in (
        call("GET", "client/"),
        call("POST", "tag/", {"name": "vip"}, headers={"Idempotency-Key": "k"}),
        call("GET", "/health/"),
    ):
        assert given.status == 500
        assert given.headers["Content-Type"] == "application/problem+json"
        assert given.json == {
            "type": "about:blank",
            "title": "Internal Server Error",
            "status": 500,
            "detail": "an unexpected error",
            "request_id": "req-1",
        }
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    errors = [line for line in lines if line["level"] == "ERROR"]
    assert [line["request_id"] for line in errors] == ["req-1"] * 3


@pytest.mark.parametrize("path", ["x", "client/1/x/", "mailing/1/explode/", "/", "/api/v2/client/", "/%00", "//"])
def test_an_unknown_path_is_not_found(call: Gateway, path: str) -> None:
    given = call("GET", path)
    assert (given.status, given.json["title"]) == (404, "Not Found")


def test_an_unknown_method_is_told_the_known_ones(call: Gateway) -> None:
    given = call("PUT", "client/79261234567/", {})
    assert (given.status, given.headers["Allow"]) == (405, "DELETE, GET, PATCH")


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "null",
        '"text"',
        "1",
        '{"phone": NaN}',
        '{"phone": ' + "9" * 5000 + "}",
        "[" * 100_000,
        '{"a":' * 5_000 + "1" + "}" * 5_000,
        b"\xff\xfe",
        '{"phone": "\\ud800"}',
        '{"\\u0000": 1}',
        '[{"phone": "79261234567", "timezone": "UTC"}]',
        "phone=79261234567",
    ],
)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "client/"), ("PATCH", "client/79261234567/"), ("POST", "mailing/preview/")]
)
def test_a_body_that_is_no_json_object_is_refused(call: Gateway, method: str, path: str, body: str | bytes) -> None:
    given = call(method, path, body)
    assert given.status == 422
    assert given.json["errors"]


def test_a_body_that_is_no_base64_is_refused() -> None:
    made = event("POST", "/api/v1/client/", b"{}", claims=user("admin")) | {"body": "%%%"}
    assert answer(handler(made, Context())).status == 422


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_body_of_another_kind_is_refused(call: Gateway, kind: str) -> None:
    assert call("POST", "client/", "{}", headers={"Content-Type": kind}).status == 415


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8", ""]
)
def test_json_comes_under_its_names_and_as_base64(call: Gateway, kind: str) -> None:
    body = '{"phone": "79261234567", "timezone": "UTC"}'.encode("utf-8-sig")
    assert call("POST", "client/", body, headers={"Content-Type": kind}).status == 201


def test_the_role_is_asked_for_before_the_body() -> None:
    given = Gateway(user("viewer"))("POST", "client/", "{")
    assert (given.status, given.json["detail"]) == (403, "this call needs the role operator")
    assert Gateway({})("GET", "client/").status == 403
