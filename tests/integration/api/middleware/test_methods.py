"""Methods of every path: HEAD, OPTIONS and those that it does not have."""

import re
from collections.abc import Mapping

import pytest

from api.resources import ROUTES
from api.routing import Route
from tests.support.functions.gateway import Gateway

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE"}
PATHS = sorted({route.path for route in ROUTES})
READ = [route for route in ROUTES if route.method == "GET"]


@pytest.fixture
def keys(call: Gateway) -> Mapping[str, str]:
    """Keys of stored resources, by the parameter that has them in a path."""
    call("POST", "client/", {"phone": "79261234567", "timezone": "UTC", "tags": ["vip"]})
    period = {"starts_at": "2030-01-01T10:00:00Z", "ends_at": "2030-01-02T10:00:00Z"}
    everyone: dict[str, object] = {"tags": [], "operator_codes": []}
    created = call("POST", "mailing/", {"text": "Hi", "filter": everyone, **period}).json["id"]
    sent = call("POST", "mailing/test/", {"phone": "79261234567", "text": "Hi"}).json["id"]
    return {"phone": "79261234567", "name": "vip", "mailing_id": str(created), "test_id": str(sent)}


def filled(path: str, keys: Mapping[str, str]) -> str:
    return re.sub(r"<(\w+)>", lambda found: keys.get(found[1], "2026-11-22"), path)


def allowed(path: str) -> set[str]:
    methods = {route.method for route in ROUTES if route.path == path}
    return methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())


@pytest.mark.parametrize("route", READ, ids=lambda route: route.path)
def test_head_is_answered_like_get_without_a_body(call: Gateway, keys: Mapping[str, str], route: Route) -> None:
    path = filled(route.path, keys)
    read, asked = (call(method, path, headers={"Accept-Encoding": "gzip"}) for method in ("GET", "HEAD"))
    assert read.body
    assert (asked.status, asked.headers, asked.body) == (read.status, read.headers, b"")


def test_head_without_the_role_is_forbidden(call: Gateway) -> None:
    asked = call.with_claims({})("HEAD", "client/")
    assert (asked.status, asked.body) == (403, b"")


def test_head_of_a_current_state_is_not_modified(call: Gateway, keys: Mapping[str, str]) -> None:
    path = f"client/{keys['phone']}/"
    etag = call("HEAD", path).headers["ETag"]
    assert call("HEAD", path, headers={"If-None-Match": etag}).status == 304


@pytest.mark.parametrize("path", PATHS)
def test_another_method_is_answered_with_the_allowed_ones(call: Gateway, path: str) -> None:
    for method in METHODS - allowed(path):
        for url in (filled(path, {}), filled(path, {}).rstrip("/")):
            given = call.with_claims({})(method, url, {} if method == "PUT" else None)
            assert given.status == 405
            assert set(given.headers["Allow"].split(", ")) == allowed(path)
            if method != "HEAD":
                assert given.headers["Content-Type"] == "application/problem+json"
                assert given.json["code"] == "method_not_allowed"
                assert given.json["params"] == {"method": method, "allowed": sorted(allowed(path))}


@pytest.mark.parametrize("path", PATHS)
def test_options_is_answered_with_the_allowed_methods(call: Gateway, path: str) -> None:
    given = call.with_claims({})("OPTIONS", filled(path, {}))
    assert (given.status, given.body) == (204, b"")
    assert set(given.headers["Allow"].split(", ")) == allowed(path)


def test_options_of_an_unknown_path_is_not_found(call: Gateway) -> None:
    assert call("OPTIONS", "x/").status == 404
