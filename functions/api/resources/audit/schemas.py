"""Changes in the audit log."""

from typing import Annotated, Any

from pydantic import Field

from api.fields import NextCursor, Output, ShownMoment
from notifications.contracts.enumerations import AuditAction, AuditKind, Role


class Change(Output):
    """A change of a resource, with its author."""

    id: int
    at: ShownMoment
    actor: Annotated[str, Field(description="`sub` of the author's token")]
    name: Annotated[str, Field(description="name of the author")]
    role: Annotated[
        str, Field(description="role of the author", json_schema_extra={"enum": [role.name for role in Role]})
    ]
    action: AuditAction
    kind: AuditKind
    key: Annotated[str, Field(description="phone, tag or id of the resource", examples=["79261234567"])]
    before: Annotated[dict[str, Any] | None, Field(description="the resource before; null if it was created")]
    after: Annotated[
        dict[str, Any] | None,
        Field(description="the resource after; null if it was deleted, or the reason for lifting an opt-out"),
    ]
    request_id: Annotated[str, Field(description="id of the call in the log")]


class ChangePage(Output):
    """A page of changes."""

    items: list[Change]
    next: NextCursor
