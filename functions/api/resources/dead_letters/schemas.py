"""What the queue gave up on."""

from typing import Annotated

from pydantic import Field

from api.fields import Given, KnownReason, Params, ShownMoment
from notifications.contracts.enumerations import MessageStatus


class DeadLetter(Given):
    """A record that the queue gave up on."""

    id: int
    at: ShownMoment
    message_id: Annotated[int | None, Field(description="null if the record could not be read")]
    mailing_id: int | None
    failed: Annotated[bool, Field(description="whether its message was failed for it; else that had moved on")]
    status: Annotated[MessageStatus | None, Field(description="the message's status now")]
    reason: str
    code: Annotated[KnownReason, Field(validation_alias="reason_code")]
    params: Params | None = None
    body: Annotated[str, Field(description="the beginning of the record")]


class DeadLetterPage(Given):
    """A page of dead letters; `next` is the cursor of the next page."""

    items: list[DeadLetter]
    next: str | None
