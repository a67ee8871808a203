"""Authorize a call: compare the role in the token's groups or scopes with the role that the route needs.

The gateway has verified the token before the function runs.
"""

from api.request_context import Claims, Event
from notifications.contracts.enumerations import Role
from notifications.contracts.errors import Problem
from notifications.contracts.problem_codes import ProblemCode
from notifications.events.machine_clients import SCOPES


class Forbidden(Problem):
    """The caller's role does not allow the call."""


def claims_of(event: Event) -> Claims:
    """Return the claims of the caller's token; empty on public routes."""
    return event["requestContext"].get("authorizer", {}).get("jwt", {}).get("claims", {})


def is_machine(claims: Claims) -> bool:
    """Return True if the token is a machine's, and not a user's."""
    return "username" not in claims and "cognito:username" not in claims


def caller_role(claims: Claims) -> Role | None:
    """Return the highest role among the groups of a user's token or the scopes of a machine's, or None.

    Scopes of a user's token are ignored, since they limit an application and not the user.
    """
    # The gateway turns a token's list into text: "[admin viewer]". A group's name may have any character but a space.
    groups = claims.get("cognito:groups", "").removeprefix("[").removesuffix("]").split()
    scopes = claims.get("scope", "").split() if is_machine(claims) else []
    granted = [Role[group] for group in groups if group in Role.__members__]
    return max(granted + [SCOPES[scope] for scope in scopes if scope in SCOPES], default=None)


def require_role(claims: Claims, needed: Role | None) -> None:
    """Raise Forbidden unless the caller has the role, or none is needed."""
    if needed is None:
        return
    role = caller_role(claims)
    if role is None or role < needed:
        raise Forbidden(ProblemCode.ROLE_REQUIRED, role=needed.name)
