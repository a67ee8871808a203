from typing import Any

import pytest

from api import access
from api.access import RULES, Role
from api.app import app
from api.problems import Forbidden


def routes() -> list[str]:
    document = app.get_openapi_schema().paths or {}
    return [
        f"{method.upper()} {path}" for path, item in document.items() for method in item.model_dump(exclude_none=True)
    ]


def concrete(route: str) -> tuple[str, str]:
    method, _, path = route.partition(" ")
    return method, path.replace("{phone}", "79261234567").replace("{mailing_id}", "7")


def event(route: str, groups: str | None) -> dict[str, Any]:
    method, path = concrete(route)
    claims = {} if groups is None else {"cognito:groups": groups}
    return {"rawPath": path, "requestContext": {"http": {"method": method}, "authorizer": {"jwt": {"claims": claims}}}}


@pytest.mark.parametrize("route", routes())
def test_every_route_has_a_rule_or_is_public(route: str) -> None:
    assert (access.required_role(*concrete(route)) is None) == (route in access.PUBLIC)


@pytest.mark.parametrize("route", [route for route in routes() if route not in access.PUBLIC])
@pytest.mark.parametrize("role", Role)
def test_a_role_may_call_what_its_rank_allows(route: str, role: Role) -> None:
    needed = access.required_role(*concrete(route))
    assert needed is not None
    if role >= needed:
        access.authorize(event(route, f"[{role.name}]"))
    else:
        with pytest.raises(Forbidden, match=needed.name):
            access.authorize(event(route, f"[{role.name}]"))


@pytest.mark.parametrize("groups", [None, "[]", "[stranger]", "admins"])
def test_without_a_known_group_nothing_is_allowed(groups: str | None) -> None:
    with pytest.raises(Forbidden):
        access.authorize(event("GET /api/v1/client/", groups))


def test_the_highest_of_several_groups_counts() -> None:
    access.authorize(event("DELETE /api/v1/client/{phone}/", "[viewer admin]"))


def test_no_rule_is_for_a_route_that_is_not_there() -> None:
    there = {route.replace("{", "<").replace("}", ">") for route in routes()}
    assert RULES.keys() <= there
