"""The audit log."""

from typing import Annotated, Any

from pydantic import Field

from api.fields import Given, ShownMoment
from notifications.contracts.enumerations import AuditAction, AuditKind


class Change(Given):
    """Who did what to which thing; `before` and `after` are the thing as the API shows it."""

    id: int
    at: ShownMoment
    actor: Annotated[str, Field(description="the sub of the caller's token")]
    name: Annotated[str, Field(description="the caller's name")]
    role: str
    action: AuditAction
    kind: AuditKind
    key: Annotated[str, Field(description="the phone, tag or id", examples=["79261234567"])]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str


class ChangePage(Given):
    """A page of changes; `next` is the cursor of the next page."""

    items: list[Change]
    next: str | None
