import re
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin

import pytest

from api.resources import ROUTES
from api.routing import Route
from tests.support.functions.gateway import Gateway

MAILING = {
    "text": "Hi",
    "starts_at": "2030-01-01T10:00:00Z",
    "ends_at": "2030-01-02T10:00:00Z",
    "filter": {"tags": [], "operator_codes": []},
}
CREATED: list[tuple[str, dict[str, Any]]] = [
    ("client/", {"phone": "79261234567", "timezone": "UTC"}),
    ("tag/", {"name": "a/b c"}),
    ("tag/", {"name": "a/b c%?"}),
    ("optout/", {"phone": "79261234567"}),
    ("mailing/", MAILING),
    ("mailing/test/", {"phone": "79261234567", "text": "Hi"}),
]


@pytest.mark.parametrize("slash", ["/", ""])
@pytest.mark.parametrize(("path", "body"), CREATED, ids=[f"{path} {body.get('name', '')}" for path, body in CREATED])
def test_the_location_of_a_created_resource_reads_it(
    call: Gateway, path: str, body: dict[str, Any], slash: str
) -> None:
    called = f"/api/v1/{path.rstrip('/')}{slash}"
    created = call("POST", called, body)
    location = urljoin(f"https://example.org/prefix{called}", created.headers["Location"])
    assert location.startswith(f"https://example.org/prefix/api/v1/{path}")
    read = call("GET", location.removeprefix("https://example.org/prefix"))
    # Only the answer to a creation has warnings, and only that to a GET the opt-out of a phone.
    shown = {name: value for name, value in created.json.items() if name != "warnings"}
    assert (read.status, read.json) == (200, {**shown, **({"opt_out": None} if path == "client/" else {})})


def test_every_route_that_creates_has_a_path_that_reads_what_it_created() -> None:
    creating = [route for route in ROUTES if route.method == "POST" and route.status is HTTPStatus.CREATED]
    assert creating
    assert [route.key for route in creating if ROUTES.created_parameter(route) is None] == []


def test_a_repeated_call_has_the_location_too(call: Gateway) -> None:
    first, again = (call("POST", "tag/", {"name": "vip"}, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"] == "vip/"
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("route", list(ROUTES), ids=lambda route: route.key)
def test_answers_and_errors_of_protected_routes_are_not_stored(call: Gateway, route: Route) -> None:
    path = re.sub(r"<\w+>", "1", route.path)
    for caller in (call, call.with_claims({})):
        given = caller(route.method, path)
        assert given.headers.get("Cache-Control") == (None if route.role is None else "no-store")


def test_personal_data_is_not_stored(call: Gateway) -> None:
    created = call("POST", "client/", {"phone": "79261234567", "timezone": "UTC"})
    found = call("GET", "client/79261234567/")
    same = call("GET", "client/79261234567/", headers={"If-None-Match": found.headers["ETag"]})
    exported = call("GET", "client/export/", headers={"Accept-Encoding": "gzip"})
    deleted = call("DELETE", "client/79261234567/")
    unknown, other_method = call("GET", "clients/79261234567/"), call("POST", "client/79261234567/", {})
    answers = [created, found, same, exported, deleted, unknown, other_method]
    assert [given.status for given in answers] == [201, 200, 304, 200, 204, 404, 405]
    assert {given.headers["Cache-Control"] for given in answers} == {"no-store"}
