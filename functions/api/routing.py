"""Who may call what: one rule a route, over the groups or the scopes of the caller's token.

The gateway has verified the token before the function runs; here the role is weighed.
"""

import re
from typing import Any

from notifications.contracts.enumerations import Role
from notifications.contracts.errors import Problem
from notifications.contracts.problem_codes import ProblemCode


class Forbidden(Problem):
    """The caller's role does not allow the call."""


PUBLIC = frozenset({"GET /health/", "GET /docs/", "GET /api/v1/docs/", "GET /api/v1/openapi.json/"})

RULES = {
    "GET /api/v1/client/": Role.viewer,
    "POST /api/v1/client/": Role.operator,
    "POST /api/v1/client/import/": Role.operator,
    "GET /api/v1/client/export/": Role.viewer,
    "GET /api/v1/client/<phone>/": Role.viewer,
    "PATCH /api/v1/client/<phone>/": Role.operator,
    "DELETE /api/v1/client/<phone>/": Role.admin,
    "GET /api/v1/tag/": Role.viewer,
    "POST /api/v1/tag/": Role.operator,
    "GET /api/v1/tag/<name>/": Role.viewer,
    "DELETE /api/v1/tag/<name>/": Role.operator,
    "GET /api/v1/mailing/": Role.viewer,
    "POST /api/v1/mailing/": Role.operator,
    "POST /api/v1/mailing/preview/": Role.viewer,
    "POST /api/v1/mailing/test/": Role.operator,
    "GET /api/v1/mailing/test/<trial_id>/": Role.viewer,
    "GET /api/v1/mailing/<mailing_id>/": Role.viewer,
    "PATCH /api/v1/mailing/<mailing_id>/": Role.operator,
    "DELETE /api/v1/mailing/<mailing_id>/": Role.operator,
    "POST /api/v1/mailing/<mailing_id>/pause/": Role.operator,
    "POST /api/v1/mailing/<mailing_id>/resume/": Role.operator,
    "POST /api/v1/mailing/<mailing_id>/cancel/": Role.operator,
    "POST /api/v1/mailing/<mailing_id>/retry/": Role.operator,
    "POST /api/v1/mailing/<mailing_id>/resolve/": Role.operator,
    "GET /api/v1/mailing/<mailing_id>/message/": Role.viewer,
    "GET /api/v1/mailing/<mailing_id>/explain/": Role.viewer,
    "GET /api/v1/statistic/": Role.viewer,
    "GET /api/v1/statistic/<mailing_id>/": Role.viewer,
    "GET /api/v1/report/": Role.viewer,
    "GET /api/v1/report/<day>/": Role.viewer,
    "GET /api/v1/provider/": Role.viewer,
    "GET /api/v1/dead-letter/": Role.viewer,
    "GET /api/v1/audit/": Role.admin,
}

# What a machine's token may carry for a role; the resource server in the template has the same names.
SCOPES = {f"notifications/{role.name}": role for role in Role}


def _routes_by_path() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for route in [*RULES, *PUBLIC]:
        method, path = route.split()
        found.setdefault(path, {})[method] = route
    return found


_ROUTES = _routes_by_path()
_PATTERNS = [(re.compile(re.sub(r"<\w+>", "[^/]+", path)), routes) for path, routes in _ROUTES.items()]


def matching(path: str) -> dict[str, str]:
    """The routes of a path, by method; none if nothing has that path."""
    # A path without parameters before one with them: `client/import/` is no phone.
    return _ROUTES.get(path) or next((routes for pattern, routes in _PATTERNS if pattern.fullmatch(path)), {})


def caller_role(claims: dict[str, Any]) -> Role | None:
    """The highest role among the groups of a user's token or the scopes of a machine's, or None.

    A user's token may carry scopes too, and they say what an application may do for the user: no role comes of them.
    """
    # The gateway turns a token's list into text: "[admin viewer]". A group's name has no spaces, but may have all else.
    groups = str(claims.get("cognito:groups", "")).removeprefix("[").removesuffix("]").split()
    is_user = "username" in claims or "cognito:username" in claims
    scopes = [] if is_user else str(claims.get("scope", "")).split()
    granted = [Role[group] for group in groups if group in Role.__members__]
    return max(granted + [SCOPES[scope] for scope in scopes if scope in SCOPES], default=None)


def claims_of(event: dict[str, Any]) -> dict[str, Any]:
    """What the caller's token says; nothing on public routes."""
    found: dict[str, Any] = event["requestContext"].get("authorizer", {}).get("jwt", {}).get("claims", {})
    return found


def authorize(event: dict[str, Any], route: str) -> None:
    """Let the call pass, or raise Forbidden with the role that it needs."""
    if route in PUBLIC:
        return
    role = caller_role(claims_of(event))
    if role is None or role < RULES[route]:
        raise Forbidden(ProblemCode.ROLE_REQUIRED, role=RULES[route].name)
