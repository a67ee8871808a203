"""Changes in the audit log."""

from typing import Annotated, Any

from pydantic import Field

from api.fields import Output, ShownMoment
from notifications.contracts.enumerations import AuditAction, AuditKind, Role


class Change(Output):
    """A change with its author; `before` and `after` are the resource as the API shows it, null if there was none."""

    id: int
    at: ShownMoment
    actor: Annotated[str, Field(description="the sub of the caller's token")]
    name: Annotated[str, Field(description="the caller's name")]
    role: Annotated[str, Field(json_schema_extra={"enum": [role.name for role in Role]})]
    action: AuditAction
    kind: AuditKind
    key: Annotated[str, Field(description="the phone, tag or id of what was changed", examples=["79261234567"])]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str


class ChangePage(Output):
    """A page of changes; `next` is the cursor of the next page."""

    items: list[Change]
    next: str | None
