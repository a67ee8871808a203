import re
from importlib import import_module
from pathlib import Path

import pytest

from api import resources
from api.middleware.authorization import caller_role, require_role
from api.middleware.problems import problem_of
from api.resources import ROUTES
from api.routing import Route, Routes, build_resolver
from notifications.contracts.enumerations import Role
from notifications.contracts.errors import Problem
from tests.support.functions.gateway import machine, user

RESOURCES = Path(resources.__file__).parent
PUBLIC = {"GET /health/", "GET /docs/", "GET /api/v1/docs/", "GET /api/v1/openapi.json/"}
SIGNED = {"POST /api/v1/receipt/<provider>/", "POST /api/v1/inbound/<provider>/"}
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


def status(route: Route, claims: dict[str, str]) -> int:
    path = re.sub(r"<\w+>", "1", route.path)
    try:
        require_role(claims, ROUTES.matching(path)[route.method].role)
    except Problem as error:
        return problem_of(error).status_code
    return 200


def test_every_route_of_the_resolver_is_declared_once() -> None:
    resolver = build_resolver(ROUTES)
    resolved = [f"{route.method} {route.path}" for route in resolver._static_routes + resolver._dynamic_routes]
    assert sorted(route.key for route in ROUTES) == sorted(resolved)
    assert len(set(resolved)) == len(resolved)


def _module_name(file: Path) -> str:
    return ".".join(("api", "resources", *file.relative_to(RESOURCES).with_suffix("").parts))


def test_every_module_of_routes_is_registered() -> None:
    declared = {
        route.key
        for file in sorted(RESOURCES.rglob("*/*.py"))
        for routes in vars(import_module(_module_name(file))).values()
        if isinstance(routes, Routes)
        for route in routes
    }
    assert {route.key for route in ROUTES} == declared


def test_every_route_needs_a_role_or_a_signature_or_is_one_of_the_public_ones() -> None:
    assert {route.key for route in ROUTES if route.role is None} == PUBLIC | SIGNED
    assert {route.key for route in ROUTES if route.signed} == SIGNED


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("route", list(ROUTES), ids=lambda route: route.key)
def test_a_role_allows_only_its_routes(route: Route, caller: str) -> None:
    allowed = route.role is None or RIGHTS.get(caller, 0) >= route.role
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
def test_a_path_matches_the_same_route_as_in_the_app(path: str, route: str) -> None:
    assert ROUTES.matching(path)[route.split(maxsplit=1)[0]].key == route
