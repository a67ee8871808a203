import re

import pytest

from api import routing
from api.app import app
from api.middleware.problems import gateway_answer, problem_of
from api.routing import PUBLIC, RULES, caller_role
from notifications.contracts.enumerations import Role
from notifications.contracts.errors import Problem
from tests.support.gateway import event, machine, user

ROUTES = sorted(f"{route.method} {route.path}" for route in app._static_routes + app._dynamic_routes)
CALLERS = {
    "nobody": {},
    "without a group": user(),
    "in another group": user("guest"),
    "in groups whose names have a role in them": user("shop-admin", "admin.eu", "admin,viewer", "[admin]", "Admin"),
    "viewer": user("viewer"),
    "operator": user("operator"),
    "admin": user("viewer", "admin"),
    "machine without a scope": machine("other/admin"),
    "viewing machine": machine("notifications/viewer"),
    "operating machine": machine("notifications/operator"),
    "administrating machine": machine("other/x", "notifications/admin"),
    "user with a scope only": {"sub": "u", "username": "ann", "scope": "notifications/admin"},
}
RIGHTS = {
    "viewer": Role.viewer,
    "operator": Role.operator,
    "admin": Role.admin,
    "viewing machine": Role.viewer,
    "operating machine": Role.operator,
    "administrating machine": Role.admin,
}


def status(route: str, claims: dict[str, str]) -> int:
    method, path = route.split()
    path = re.sub(r"<\w+>", "1", path)
    try:
        routing.authorize(event(method, path, claims=claims), routing.matching(path)[method])
    except Problem as error:
        return int(gateway_answer(problem_of(error))["statusCode"])
    return 200


def test_every_route_has_a_rule_and_every_rule_a_route() -> None:
    assert sorted([*RULES, *PUBLIC]) == ROUTES


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("route", ROUTES)
def test_a_caller_may_call_what_the_role_allows(route: str, caller: str) -> None:
    allowed = route in PUBLIC or RIGHTS.get(caller, 0) >= RULES[route]
    assert status(route, CALLERS[caller]) == (200 if allowed else 403)


def test_the_highest_of_several_groups_counts() -> None:
    assert caller_role(user("viewer", "admin", "guest")) is Role.admin


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/api/v1/client/import/", "POST /api/v1/client/import/"),
        ("/api/v1/client/79261234567/", "PATCH /api/v1/client/<phone>/"),
        ("/api/v1/mailing/preview/", "POST /api/v1/mailing/preview/"),
    ],
)
def test_a_path_belongs_to_the_route_that_the_app_finds(path: str, route: str) -> None:
    assert routing.matching(path)[route.split(maxsplit=1)[0]] == route
