"""Who may call what: one rule a route, over the Cognito groups of the caller's token.

The gateway has verified the token before the function runs; here the role is weighed.
"""

import re
from enum import IntEnum
from typing import Any

from api.problems import Forbidden


class Role(IntEnum):
    """Roles, each with the rights of the ones before it."""

    viewer = 1
    operator = 2
    admin = 3


PUBLIC = frozenset({"GET /health/", "GET /docs/", "GET /api/v1/docs/", "GET /api/v1/openapi.json/"})

RULES = {
    "GET /api/v1/client/": Role.viewer,
    "POST /api/v1/client/": Role.operator,
    "POST /api/v1/client/import/": Role.operator,
    "GET /api/v1/client/<phone>/": Role.viewer,
    "PATCH /api/v1/client/<phone>/": Role.operator,
    "DELETE /api/v1/client/<phone>/": Role.admin,
    "GET /api/v1/mailing/": Role.viewer,
    "POST /api/v1/mailing/": Role.operator,
    "GET /api/v1/mailing/<mailing_id>/": Role.viewer,
}

# A route without parameters before one with them: `client/import/` is no phone.
_PATTERNS = [
    (re.compile(re.sub(r"<\w+>", "[^/]+", route)), role)
    for route, role in sorted(RULES.items(), key=lambda rule: "<" in rule[0])
]


def required_role(method: str, path: str) -> Role | None:
    """The role that a call needs, or None for a public route and for one that does not exist."""
    call = f"{method} {path}"
    return next((role for pattern, role in _PATTERNS if pattern.fullmatch(call)), None)


def caller_role(event: dict[str, Any]) -> Role | None:
    """The highest role among the groups in the event's token, or None."""
    claims = event["requestContext"].get("authorizer", {}).get("jwt", {}).get("claims", {})
    # The gateway turns a token's list into text: "[admin viewer]".
    groups = re.findall(r"\w+", str(claims.get("cognito:groups", "")))
    return max((Role[group] for group in groups if group in Role.__members__), default=None)


def authorize(event: dict[str, Any]) -> None:
    """Let the call pass, or raise Forbidden with the role that it needs."""
    needed = required_role(event["requestContext"]["http"]["method"], event["rawPath"])
    if needed is None:
        return
    role = caller_role(event)
    if role is None or role < needed:
        raise Forbidden(f"this call needs the role {needed.name}")
