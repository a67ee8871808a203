"""Dead letters."""

from typing import Annotated

from pydantic import Field

from api.fields import KnownReason, NextCursor, Output, Params, ShownMoment
from notifications.contracts.enumerations import MessageStatus


class DeadLetter(Output):
    """A queue record that failed five times and was moved to the dead-letter queue."""

    id: int
    at: ShownMoment
    message_id: Annotated[int | None, Field(description="id of the message; null if the record is unreadable")]
    mailing_id: Annotated[int | None, Field(description="id of its mailing; null if it has none")]
    failed: Annotated[
        bool, Field(description="true if the message was set to `failed`; false if its status had already changed")
    ]
    status: Annotated[MessageStatus | None, Field(description="current status of the message; null if there is none")]
    reason: Annotated[str, Field(description="English for people; programs read `code` and `params`")]
    code: Annotated[KnownReason, Field(validation_alias="reason_code")]
    params: Params | None = None
    body: Annotated[str, Field(description="beginning of the record")]


class DeadLetterPage(Output):
    """A page of dead letters."""

    items: list[DeadLetter]
    next: NextCursor
