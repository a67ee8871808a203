"""The routes' line to the audit log: who calls, and what has changed."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Router
from pydantic import BaseModel
from sqlalchemy import Connection

from api import request_context
from api.routing import caller_role, claims_of
from notifications.contracts.enumerations import AuditAction, AuditKind
from notifications.events import audit
from notifications.events.audit import Author


def author(router: Router) -> Author:
    """Who makes the current call."""
    claims = claims_of(router.current_event.raw_event)
    role = caller_role(claims)
    return Author(
        actor=claims.get("sub", ""),
        name=claims.get("email") or claims.get("cognito:username") or claims.get("username") or claims.get("sub", ""),
        role=role.name if role else "",
        request_id=router.lambda_context.aws_request_id,
    )


def note(
    router: Router,
    connection: Connection,
    action: AuditAction,
    kind: AuditKind,
    key: object,
    *,
    before: BaseModel | None = None,
    after: BaseModel | None = None,
) -> None:
    """Write down a change in its own transaction. Counts of messages are no part of it."""
    audit.record(
        connection,
        author(router),
        action,
        kind,
        key,
        before=_plain(before),
        after=_plain(after),
        now=request_context.now(),
    )


def _plain(thing: BaseModel | None) -> dict[str, Any] | None:
    return thing.model_dump(mode="json", exclude={"stats"}) if thing else None
