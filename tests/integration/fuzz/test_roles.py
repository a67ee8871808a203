"""Every call of the document by every role: callers below the required role are refused."""

import re

import pytest
from sqlalchemy import Engine

from api.middleware.authorization import caller_role
from api.resources import ROUTES
from notifications.contracts.enumerations import Role
from tests.integration.fuzz.conftest import Held
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway, machine, user

READING = {"POST /api/v1/mailing/preview/"}
PUBLIC = {"GET /health/", "GET /docs/", "GET /api/v1/docs/", "GET /api/v1/openapi.json/"}
SIGNED = {"POST /api/v1/receipt/<provider>/", "POST /api/v1/inbound/<provider>/"}
CALLERS = {
    "nobody": ({}, None),
    "a user of no group": (user(), None),
    "a user of a strange group": (user("root", "Admin", "admins"), None),
    "a viewer": (user("viewer"), Role.viewer),
    "an operator": (user("operator"), Role.operator),
    "an admin": (user("viewer", "admin"), Role.admin),
    "a machine without a scope": (machine(), None),
    "a machine with a strange scope": (machine("admin", "other/admin", "notifications/root"), None),
    "a viewing machine": (machine("notifications/viewer"), Role.viewer),
    "a machine that operates": (machine("notifications/operator"), Role.operator),
    "a viewer with an application's scope": (user("viewer") | {"scope": "notifications/admin"}, Role.viewer),
}


@pytest.fixture
def call(engine: Engine) -> Gateway:
    return api_over(engine)


def test_every_call_has_a_role_or_a_signature_or_is_one_of_the_public_ones() -> None:
    assert {route.key for route in ROUTES if route.role is None} == PUBLIC | SIGNED


def test_changing_calls_need_more_than_a_viewer() -> None:
    changing = [route for route in ROUTES if route.method != "GET" and route.key not in READING | SIGNED]
    assert changing
    assert [route.key for route in changing if (route.role or 0) < Role.operator] == []


@pytest.mark.parametrize("caller", CALLERS)
def test_a_caller_may_call_exactly_what_its_role_allows(caller: str, call: Gateway, held: Held) -> None:
    claims, role = CALLERS[caller]
    assert caller_role(claims) == role
    for route in ROUTES:
        if route.role is None:
            continue
        before = held()
        path = re.sub(r"<\w+>", "404404", route.path)
        body: dict[str, object] | None = {} if route.method in {"POST", "PUT", "PATCH"} else None
        answer = call.with_claims(claims)(route.method, path, body)
        if role is not None and role >= route.role:
            assert answer.status not in {401, 403, 500}, route
        else:
            assert (answer.status, held() == before) == (403, True), route


def test_public_calls_reveal_no_data(call: Gateway, engine: Engine) -> None:
    call("POST", "client/", {"phone": "79260000001", "timezone": "Europe/Moscow", "tags": ["sentinel"]})
    for route in PUBLIC:
        answer = call.with_claims({})(*route.split())
        assert answer.status == 200, route
        assert "79260000001" not in answer.text
        assert "sentinel" not in answer.text
    assert engine.url.password is None or engine.url.password not in answer.text
