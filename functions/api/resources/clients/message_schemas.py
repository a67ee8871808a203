"""Messages to a client."""

from typing import Annotated

from pydantic import Field

from api.fields import DeliveryField, KnownReason, NextCursor, Output, Params, ShownMoment
from notifications.contracts.enumerations import MessageStatus


class MessageMailing(Output):
    """The mailing of a message."""

    id: int
    text: Annotated[str, Field(description="first 100 characters of its text as it is now, with placeholders")]
    deleted: Annotated[bool, Field(description="true if the mailing was deleted: `GET mailing/{id}/` answers 404")]


class ClientMessage(Output):
    """A message to a client, of a mailing or outside mailings."""

    id: int
    mailing: Annotated[MessageMailing | None, Field(description="null for a message outside mailings")]
    status: MessageStatus
    delivery: DeliveryField
    attempts: Annotated[int, Field(description="number of attempts that count towards the limit")]
    due_at: Annotated[ShownMoment | None, Field(description="earliest time of the next attempt; null if none is due")]
    sent_at: Annotated[ShownMoment | None, Field(description="time at which the provider accepted it")]
    last_error: Annotated[str | None, Field(description="last error in English, or in the provider's own words")]
    last_error_code: KnownReason
    last_error_params: Params | None
    text: Annotated[
        str | None,
        Field(
            description="text as the provider accepted it, or may have accepted it; null if it accepted none, or if "
            "the text was not recorded: before this field existed, and by a sender that died, or if retention has "
            "removed it"
        ),
    ]


class ClientMessagePage(Output):
    """A page of a client's messages."""

    items: list[ClientMessage]
    next: NextCursor
    removed_until: Annotated[
        ShownMoment | None,
        Field(
            description="messages of mailings that ended by then may have been removed by retention; null: none were"
        ),
    ]
