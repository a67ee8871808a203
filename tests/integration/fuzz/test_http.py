"""Random requests to the API: never a 500, and no change by a refused request."""

import base64
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Engine

from api.middleware.normalization import MAX_BODY_BYTES
from api.resources import ROUTES
from tests.integration.fuzz.conftest import Held
from tests.support.database.contents import fuzzed, long_text, wild_json, wild_number, wild_scalar, wild_text
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Answer, Gateway, event, user

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
LAMBDA_LIMIT = 6 * 1024 * 1024
MOMENTS = {"starts_at": "2030-01-01T10:00:00Z", "ends_at": "2030-01-02T10:00:00Z"}
INJECTIONS = (
    *(
        "' OR '1'='1",
        "'; DROP TABLE client; --",
        '" OR ""="',
        "1) OR (1=1",
        "1 OR 1=1",
        "1; SELECT pg_sleep(9)",
        "%",
        "_",
    ),
    *("\\", "\\'", "$$", ":value", "%(value)s", "%s", "{}", "{0}", "/*", "--", "NULL", "E'\\x27'", "\u02bc", "\uff07"),
)


@pytest.fixture
def call(engine: Engine) -> Gateway:
    call = api_over(engine)
    call("POST", "client/", {"phone": "79260000001", "timezone": "Europe/Moscow", "tags": ["vip"]})
    call("POST", "client/", {"phone": "79260000002", "timezone": "Asia/Omsk", "attributes": {"name": "Ann"}})
    assert call("POST", "mailing/", {"text": "Hi", "filter": {"tags": []}, **MOMENTS}).status == 201
    return call


def check_answer(call: Gateway, held: Held, made: dict[str, Any]) -> Answer:
    """Return the answer, after checking that a refusal changed nothing."""
    before = held()
    given = call.send(made)
    assert given.status != 500, made
    assert all("\n" not in value and "\r" not in value for value in given.headers.values())
    if given.status >= 400:
        assert given.headers["Content-Type"] == "application/problem+json"
        assert given.json["detail"]
        assert held() == before
    return given


fields = st.sampled_from(["phone", "timezone", "tags", "attributes", "text", "starts_at", "ends_at", "name", "filter"])
values = wild_json | st.sampled_from(["79260000003", "Europe/Moscow", "2030-01-01T10:00:00Z", ["vip"], {"name": "Bob"}])
objects = st.dictionaries(fields | wild_text, values, max_size=6)
texts = (
    wild_json.map(json.dumps)
    | objects.map(json.dumps)
    | objects.map(lambda body: json.dumps(body, ensure_ascii=False))
    | wild_text
    | wild_number.map(lambda value: f'{{"phone": {value}, "timezone": "Europe/Moscow"}}')
    | st.sampled_from(["[", '{"a":', '[{"a":']).map(lambda text: text * 50_000)
    | st.sampled_from(
        ['{"attributes": {"a": 1e400}}', '{"phone": NaN}', '{"phone": "\\ud800"}', '{"phone": "7", "phone": 1}']
    )
)
raw_bodies = st.none() | texts | st.binary(max_size=300)
routes = st.sampled_from(sorted(route.key for route in ROUTES))
places = st.sampled_from(["79260000001", "1", "vip", "0", "-1", "1.5", "%00", "..", "%2F", "9" * 30, str(2**63)])


def url_of(route: str, place: str, query: str) -> tuple[str, str]:
    method, path = route.split()
    for name in ("phone", "name", "test_id", "mailing_id"):
        path = path.replace(f"<{name}>", place)
    return method, f"{path}?{query}"


def test_any_body_is_accepted_or_refused(call: Gateway, held: Held) -> None:
    media = st.sampled_from(
        ["application/json", "application/json; charset=utf-16", "text/csv", "", "x" * 9000, "\ud800"]
    )

    @fuzzed(60)
    @given(
        route=routes.filter(lambda route: not route.startswith("GET")),
        place=places,
        body=raw_bodies,
        kind=media,
        is_base64=st.booleans(),
    )
    @example(route="POST /api/v1/client/", place="1", body=None, kind="", is_base64=False)
    @example(
        route="POST /api/v1/client/", place="1", body="", kind="application/x-www-form-urlencoded", is_base64=False
    )
    @example(route="POST /api/v1/client/", place="1", body="%%%", kind="application/json", is_base64=True)
    @example(route="PATCH /api/v1/client/<phone>/", place="79260000001", body="\u0416", kind="", is_base64=True)
    @example(
        route="POST /api/v1/client/", place="1", body=b'{"phone": "\xff"}', kind="application/json", is_base64=False
    )
    def check(route: str, place: str, body: str | bytes | None, kind: str, is_base64: bool) -> None:
        method, url = url_of(route, place, "")
        made = event(method, url, body, headers={"Content-Type": kind}, claims=user("admin"))
        made["isBase64Encoded"] |= is_base64
        check_answer(call, held, made)

    check()


def test_any_path_query_and_header_is_accepted_or_refused(call: Gateway, held: Held) -> None:
    names = st.sampled_from(["limit", "cursor", "sort", "tag", "search", "timezone", "operator_code", "status", "at"])
    cursors = wild_json.map(lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode())
    queries = st.dictionaries(names | wild_text, wild_scalar.map(str) | cursors, max_size=4)
    known = st.sampled_from(
        ["if-match", "if-none-match", "idempotency-key", "content-type", "accept", "accept-encoding"]
    )
    headers = st.dictionaries(known | wild_text, wild_text | long_text, max_size=4)

    @fuzzed(60)
    @given(route=routes, place=places | wild_text, query=queries, headers=headers)
    def check(route: str, place: str, query: dict[str, str], headers: dict[str, str]) -> None:
        method, url = url_of(route, "PLACE", "")
        made = event(method, url, headers={}, claims=user("admin"))
        made["rawPath"] = made["requestContext"]["http"]["path"] = made["rawPath"].replace("PLACE", place)
        made["queryStringParameters"], made["headers"] = query, headers
        check_answer(call, held, made)

    check()


def test_no_filter_executes_sql(call: Gateway, held: Held) -> None:
    """Pass SQL in every text parameter of every GET: the answer is empty, has the matching rows, or is a refusal."""
    before = held()
    paths = call("GET", "openapi.json").json["paths"]
    asked = 0
    for path, methods in paths.items():
        if "get" not in methods:
            continue
        for parameter in methods["get"].get("parameters", []):
            for text in INJECTIONS:
                name, url = parameter["name"], path
                made = event("GET", url.replace("{", "").replace("}", ""), claims=user("admin"))
                if parameter["in"] == "path":
                    made["rawPath"] = url.replace(f"{{{name}}}", text)
                elif parameter["in"] == "query":
                    made["queryStringParameters"] = {name: text}
                else:
                    made["headers"][name.lower()] = text
                found = call.send(made)
                assert found.status != 500, made
                asked += 1
                if parameter["in"] == "query" and found.status == 200 and path.endswith("/client/"):
                    assert found.json["items"] == []
    assert asked > 500
    assert held() == before


def test_sql_is_stored_as_text(call: Gateway) -> None:
    for text in INJECTIONS:
        new = {"timezone": "Europe/Moscow", "attributes": {"name": text}}
        call("DELETE", "client/79260000009/")
        assert call("POST", "client/", {"phone": "79260000009", **new}).json["attributes"] == {"name": text}
    assert call("GET", "client/79260000001/").status == 200


@pytest.mark.parametrize("letter", ["x", b"x", "ж", "\n"], ids=["text", "binary", "two bytes", "escaped"])
def test_a_body_above_the_limit_is_refused(call: Gateway, held: Held, letter: str | bytes) -> None:
    before = held()
    bytes_of_letter = len(letter if isinstance(letter, bytes) else letter.encode())
    for url, code in (
        ("client/", "body_too_large"),
        ("client/import/", "csv_too_large"),
        ("mailing/", "body_too_large"),
    ):
        refused = call("POST", url, letter * (MAX_BODY_BYTES // bytes_of_letter + 1))
        assert (refused.status, refused.json["code"]) == (413, code)
        assert refused.json["params"]["max_bytes"] == MAX_BODY_BYTES
        assert call("POST", url, letter * (MAX_BODY_BYTES // bytes_of_letter)).status in {415, 422}
    assert held() == before


QUOTED = '"79261234567","926","vip","Europe/Moscow"\r\n'


@pytest.mark.parametrize("body", [b"\xff" * MAX_BODY_BYTES, QUOTED * (MAX_BODY_BYTES // len(QUOTED))])
def test_the_event_of_the_largest_body_is_within_lambdas_limit(body: str | bytes) -> None:
    headers = {f"x-{number}": "x" * 1000 for number in range(10)}
    assert len(json.dumps(event("POST", "/api/v1/client/import/", body, headers=headers))) < LAMBDA_LIMIT
