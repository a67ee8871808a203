import json

import pytest
from sqlalchemy import create_engine

from tests.support.functions.api import api_over
from tests.support.functions.gateway import Context, Gateway, event, user
from tests.support.functions.log import captured_log


def test_an_unexpected_error_has_an_id_that_is_in_the_log() -> None:
    call = api_over(create_engine("postgresql+psycopg://postgres@127.0.0.1:1/x"))
    with captured_log() as log:
        answers = [
            call("GET", "client/"),
            call("POST", "tag/", {"name": "vip"}, headers={"Idempotency-Key": "k"}),
            call("GET", "/health/"),
        ]
    for given in answers:
        assert given.status == 500
        assert given.headers["Content-Type"] == "application/problem+json"
        assert given.json == {
            "type": "about:blank",
            "title": "Internal Server Error",
            "status": 500,
            "detail": "Unexpected error. Look up request_id in the log.",
            "code": "internal_error",
            "params": {},
            "request_id": "req-1",
        }
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    errors = [line for line in lines if line["level"] == "ERROR"]
    assert [line["request_id"] for line in errors] == ["req-1"] * 3


def test_an_unexpected_error_is_counted_by_version(capsys: pytest.CaptureFixture[str]) -> None:
    call = api_over(create_engine("postgresql+psycopg://postgres@127.0.0.1:1/x"))
    assert call("GET", "client/").status == 500
    assert call("GET", "x/").status == 404
    (line,) = [json.loads(each) for each in capsys.readouterr().out.splitlines() if "UnexpectedErrors" in each]
    assert (line["UnexpectedErrors"], line["service"], line["version"]) == ([1.0], "api", Context().function_version)
    (metric,) = line["_aws"]["CloudWatchMetrics"]
    assert metric["Dimensions"] == [["service", "version"]]


@pytest.mark.parametrize("path", ["x", "client/1/x/", "mailing/1/explode/", "/", "/api/v2/client/", "/%00", "//"])
def test_an_unknown_path_is_not_found(call: Gateway, path: str) -> None:
    given = call("GET", path)
    assert (given.status, given.json["title"]) == (404, "Not Found")
    assert given.json["code"] == "endpoint_not_found"


def test_an_unknown_path_is_shown_with_its_method(call: Gateway) -> None:
    given = call("GET", "clients/").json
    assert given["detail"] == "No such endpoint: GET /api/v1/clients/. See /docs/."
    assert given["params"] == {"method": "GET", "path": "/api/v1/clients/"}
    assert len(call("GET", "x" * 5_000).json["params"]["path"]) == 200


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


def test_a_backslash_before_the_name_of_a_code_point_is_no_escape(call: Gateway) -> None:
    body = '{"phone": "79261234567", "timezone": "UTC", "attributes": {"path": "C:\\\\ufffd"}}'
    assert call("POST", "client/", body).json["attributes"] == {"path": "C:\\ufffd"}


def test_a_body_that_is_no_base64_is_refused(call: Gateway) -> None:
    made = event("POST", "/api/v1/client/", b"{}", claims=user("admin")) | {"body": "%%%"}
    assert call.send(made).status == 422


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_body_of_another_kind_is_refused(call: Gateway, kind: str) -> None:
    given = call("POST", "client/", "{}", headers={"Content-Type": kind})
    assert (given.status, given.json["code"]) == (415, "media_type_unsupported")
    assert given.json["params"] == {"expected": "application/json"}


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8", ""]
)
def test_json_is_accepted_under_its_media_types_and_as_base64(call: Gateway, kind: str) -> None:
    body = '{"phone": "79261234567", "timezone": "UTC"}'.encode("utf-8-sig")
    assert call("POST", "client/", body, headers={"Content-Type": kind}).status == 201


MAILING = {
    "text": "Hi",
    "starts_at": "2030-01-01T10:00:00Z",
    "ends_at": "2030-01-02T10:00:00Z",
    "filter": {"tags": [], "operator_codes": []},
}


@pytest.mark.parametrize(
    ("method", "path", "body", "loc", "code", "params"),
    [
        ("POST", "client/", {"timezone": "UTC"}, ["body", "phone"], "field_missing", {}),
        ("PATCH", "client/7/", {"age": 7}, ["body", "age"], "field_unknown", {}),
        ("PATCH", "client/7/", {"phone": 7}, ["body", "phone"], "not_text", {}),
        ("PATCH", "client/7/", {"phone": "7"}, ["body", "phone"], "phone_format", {}),
        ("PATCH", "client/7/", {"timezone": "MSK"}, ["body", "timezone"], "timezone_unknown", {"timezone": "MSK"}),
        ("PATCH", "client/7/", {"tags": "vip"}, ["body", "tags"], "not_list", {}),
        ("PATCH", "client/7/", {"tags": ["a"] * 101}, ["body", "tags"], "items_too_many", {"max_items": 100}),
        ("PATCH", "client/7/", {"tags": [";"]}, ["body", "tags", 0], "tag_characters", {}),
        ("PATCH", "client/7/", {"tags": ["v\u200bip"]}, ["body", "tags", 0], "invisible_character",
         {"code_point": "U+200B"}),
        ("PATCH", "client/7/", {"phone": "\u202a79261234567"}, ["body", "phone"], "invisible_character",
         {"code_point": "U+202A"}),
        ("PATCH", "client/7/", {"timezone": "UTC\u2060"}, ["body", "timezone"], "invisible_character",
         {"code_point": "U+2060"}),
        ("PATCH", "client/7/", {"attributes": {"na\u200bme": "Ann"}}, ["body", "attributes"], "invisible_character",
         {"code_point": "U+200B"}),
        ("POST", "mailing/", MAILING | {"text": "Hi {na\u200bme}"}, ["body", "text"], "invisible_character",
         {"code_point": "U+200B"}),
        ("PATCH", "client/7/", {"tags": ["\u3164"]}, ["body", "tags", 0], "invisible_character",
         {"code_point": "U+3164"}),
        ("POST", "mailing/", MAILING | {"text": "\u3164 \u2800{x|\u115f}"}, ["body", "text"], "text_blank", {}),
        ("PATCH", "client/7/", {"attributes": []}, ["body", "attributes"], "not_object", {}),
        ("PATCH", "mailing/1/", {"max_rate": 0}, ["body", "max_rate"], "below_minimum", {"minimum": 1}),
        ("PATCH", "mailing/1/", {"max_rate": 2**31}, ["body", "max_rate"], "above_maximum", {"maximum": 2**31 - 1}),
        ("PATCH", "mailing/1/", {"max_rate": 1.5}, ["body", "max_rate"], "not_integer", {}),
        ("POST", "mailing/", MAILING | {"text": "{"}, ["body", "text"], "brace_unbalanced",
         {"brace": "{", "position": 1}),
        ("PATCH", "mailing/1/", {"starts_at": "now"}, ["body", "starts_at"], "time_format", {}),
        ("PATCH", "mailing/1/", {"starts_at": "2026-13-01T00:00:00Z"}, ["body", "starts_at"], "time_format", {}),
        ("PATCH", "mailing/1/", {"ends_at": "2200-01-01T00:00:00Z"}, ["body", "ends_at"], "time_range",
         {"first_year": 1970, "last_year": 2199}),
        ("PATCH", "mailing/1/", {"on_unknown": "x"}, ["body", "on_unknown"], "not_allowed",
         {"expected": "'resend' or 'hold'"}),
        ("PATCH", "mailing/1/", {"send_window": {"start": "9", "end": "21:00"}}, ["body", "send_window", "start"],
         "clock_time_format", {}),
        ("GET", "client/?search=abc", None, ["query", "search"], "phone_part_format", {}),
        ("PATCH", "mailing/1/", {"send_window": {"start": "09:00", "end": "09:00"}}, ["body", "send_window"],
         "window_empty", {}),
        ("POST", "mailing/", MAILING | {"ends_at": MAILING["starts_at"]}, ["body", "ends_at"], "end_before_start", {}),
        ("POST", "mailing/1/resolve/", {"verdict": "resend", "messages": []}, ["body", "messages"], "items_too_few",
         {"min_items": 1}),
        ("GET", "client/?limit=501", None, ["query", "limit"], "above_maximum", {"maximum": 500}),
        ("GET", "client/?limit=x", None, ["query", "limit"], "not_integer", {}),
        ("GET", "client/?tag=\ufffd", None, ["query", "tag"], "parameter_not_utf8", {}),
        ("GET", "tag/caf\ufffd/", None, ["path", "path"], "parameter_not_utf8", {}),
        ("GET", "mailing/1.0/", None, ["path", "mailing_id"], "not_integer", {}),
        ("GET", f"client/?cursor={'x' * 1001}", None, ["query", "cursor"], "too_long", {"max_length": 1000}),
        ("GET", "client/?cursor=x", None, ["query", "cursor"], "cursor_invalid", {}),
        ("GET", f"mailing/{2**63}/", None, ["path", "mailing_id"], "not_below_limit", {"limit": 2**63}),
        ("GET", "report/today/", None, ["path", "day"], "not_date", {}),
        ("GET", "report/1764115200/", None, ["path", "day"], "not_date", {}),
        ("POST", "mailing/1/pause/", {"x": 1}, ["body", "x"], "field_unknown", {}),
        ("POST", "client/", "{", ["body"], "body_not_json", {}),
        ("POST", "client/", "[]", ["body"], "body_not_object", {}),
        ("POST", "client/", '{"phone": "1", "phone": "2"}', ["body", "phone"], "key_twice", {}),
        ("PATCH", "client/7/", '{"attributes": {"a": 1, "\\u0061": 2}}', ["body", "attributes", "a"], "key_twice", {}),
        ("POST", "mailing/preview/", '{"filter": {"tags": [1, {"x": 1, "y": 2, "x": 3}]}}',
         ["body", "filter", "tags", 1, "x"], "key_twice", {}),
        ("POST", "mailing/1/pause/", '{"a": null, "a": null}', ["body", "a"], "key_twice", {}),
        ("POST", "client/", b'{\n"phone":\r\n"\xcf\xe5\xf2\xff"}', ["body"], "body_not_utf8", {"line": 3}),
        ("POST", "client/", '{"tags": ["a", "\ufffd"]}', ["body"], "body_not_utf8", {"line": 1}),
        ("PATCH", "mailing/1/", '{"text":\n"\\\\ and \\uFFFD"}', ["body"], "body_not_utf8", {"line": 2}),
        ("POST", "tag/", b"\xff\xfe{\x00}\x00", ["body"], "body_utf16", {}),
        ("POST", "tag/", b"{\x00}\x00", ["body"], "body_utf16", {}),
    ],
)  # fmt: skip
def test_every_error_of_a_field_has_a_code_with_its_parameters(
    call: Gateway, *, method: str, path: str, body: object, loc: list[str | int], code: str, params: dict[str, object]
) -> None:
    given = call(method, path, body)
    assert (given.status, given.json["code"], given.json["params"]) == (422, "invalid_input", {})
    (error,) = given.json["errors"]
    assert (error["loc"], error["code"], error["params"]) == (loc, code, params)


def test_the_role_is_checked_before_the_body(call: Gateway) -> None:
    given = call.with_claims(user("viewer"))("POST", "client/", "{")
    assert (given.status, given.json["detail"]) == (
        403,
        "This call needs the role operator. Ask an administrator for it.",
    )
    assert (given.json["code"], given.json["params"]) == ("role_required", {"role": "operator"})
    assert call.with_claims({})("GET", "client/").status == 403
