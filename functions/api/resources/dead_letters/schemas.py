"""Dead letters."""

from typing import Annotated

from pydantic import Field

from api.fields import KnownReason, Output, Params, ShownMoment
from notifications.contracts.enumerations import MessageStatus


class DeadLetter(Output):
    """A record that the queue gave up after its last attempt."""

    id: int
    at: ShownMoment
    message_id: Annotated[int | None, Field(description="null if the record could not be read")]
    mailing_id: int | None
    failed: Annotated[
        bool, Field(description="true if its message was set to `failed`; false if its status had changed")
    ]
    status: Annotated[MessageStatus | None, Field(description="the current status of the message")]
    reason: str
    code: Annotated[KnownReason, Field(validation_alias="reason_code")]
    params: Params | None = None
    body: Annotated[str, Field(description="the beginning of the record")]


class DeadLetterPage(Output):
    """A page of dead letters; `next` is the cursor of the next page."""

    items: list[DeadLetter]
    next: str | None
