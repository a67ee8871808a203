"""Every call of the document by every kind of caller: what is below its role is refused, and nothing is left out."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from api import dispatcher_trigger, request_context
from api.app import app
from api.routing import PUBLIC, RULES, caller_role
from notifications.contracts.enumerations import Role
from tests.integration.fuzz.conftest import Held
from tests.support.gateway import Gateway, machine, user

READING = {"POST /api/v1/mailing/preview/"}
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


@pytest.fixture(autouse=True)
def _over_the_database(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_context, "database", lambda: engine)
    monkeypatch.setattr(dispatcher_trigger, "wake_dispatcher", lambda: None)


def documented() -> Iterator[str]:
    """Every call that the router answers."""
    for route in app._static_routes + app._dynamic_routes:
        for method in [route.method] if isinstance(route.method, str) else route.method:
            yield f"{method} {route.path}"


def test_every_call_has_a_rule_and_every_rule_a_call() -> None:
    assert set(documented()) == {*RULES, *PUBLIC}


def test_what_changes_something_needs_more_than_a_viewer() -> None:
    changing = {route for route in RULES if not route.startswith("GET")} - READING
    assert {route for route in changing if RULES[route] < Role.operator} == set()


@pytest.mark.parametrize("caller", CALLERS)
def test_a_caller_may_what_its_role_may_and_no_more(caller: str, held: Held) -> None:
    claims, role = CALLERS[caller]
    assert caller_role(claims) == role
    call = Gateway(claims)
    for route, needed in RULES.items():
        before = held()
        method, path = route.split()
        for name in ("phone", "name", "trial_id", "mailing_id"):
            path = path.replace(f"<{name}>", "404404")
        answer = call(method, path, {} if method in {"POST", "PATCH"} else None)
        if role is not None and role >= needed:
            assert answer.status not in {401, 403, 500}, route
        else:
            assert (answer.status, held() == before) == (403, True), route


def test_what_is_public_gives_away_no_data(engine: Engine) -> None:
    Gateway()("POST", "client/", {"phone": "79260000001", "timezone": "Europe/Moscow", "tags": ["sentinel"]})
    for route in PUBLIC:
        answer = Gateway({})(*route.split())
        assert answer.status == 200, route
        assert "79260000001" not in answer.text
        assert "sentinel" not in answer.text
    assert engine.url.password is None or engine.url.password not in answer.text
