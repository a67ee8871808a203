"""Writes changes and their authors into the audit log."""

from pydantic import BaseModel
from sqlalchemy import Connection

from api.middleware.authorization import caller_role, claims_of
from api.request_context import RequestContext
from notifications.contracts.enumerations import AuditAction, AuditKind
from notifications.contracts.phrases import Json
from notifications.events import audit
from notifications.events.audit import Author

# They change by themselves, or with every change.
_NOT_LOGGED = {"stats", "created_at", "updated_at"}


def author_of(context: RequestContext) -> Author:
    """Return the caller of the request as the author of its changes."""
    claims = claims_of(context.event)
    role = caller_role(claims)
    user = claims.get("email") or claims.get("cognito:username") or claims.get("username")
    return Author(
        actor=claims.get("sub", ""),
        name=user or context.machine_name(claims.get("client_id", "")),
        role=role.name if role else "",
        request_id=context.request_id,
    )


def record_change(
    context: RequestContext,
    connection: Connection,
    action: AuditAction,
    kind: AuditKind,
    key: object,
    *,
    before: BaseModel | None = None,
    after: BaseModel | None = None,
) -> None:
    """Record a change in the transaction that makes it.

    Args:
        key: the phone, tag or id of the changed resource.
        before, after: the resource as the API shows it; the counts of a mailing and the times of a client are left out.
    """
    audit.record(
        connection,
        author_of(context),
        action,
        kind,
        key,
        before=_logged(before),
        after=_logged(after),
        now=context.now(),
    )


def _logged(resource: BaseModel | None) -> dict[str, Json] | None:
    return resource.model_dump(mode="json", exclude=_NOT_LOGGED) if resource else None
