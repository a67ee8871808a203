"""Replies as providers send them, and as they are stored."""

from typing import Annotated

from pydantic import Field, StringConstraints

from api.fields import Input, Moment, NextCursor, Output, Phone, ShownMoment
from notifications.contracts.enumerations import ReplyEffect, ReplyKeyword

MAX_REPLIES = 1_000
MAX_REPLY_LENGTH = 2_000


class ReplyInput(Input):
    """A text that a person has sent to the provider."""

    phone: Phone
    text: Annotated[str, StringConstraints(max_length=MAX_REPLY_LENGTH)]
    at: Annotated[Moment, Field(description="time of the reply; at most five minutes in the future")]


class RepliesInput(Input):
    """Replies of one call."""

    messages: Annotated[list[ReplyInput], Field(min_length=1, max_length=MAX_REPLIES)]


class RepliesAccepted(Output):
    """Number of replies that were accepted. They are applied within seconds."""

    messages: int


class Reply(Output):
    """A stored reply."""

    id: int
    phone: Annotated[str, Field(examples=["79261234567"])]
    provider: Annotated[str, Field(description="type of the provider that has sent it")]
    text: str
    keyword: Annotated[
        ReplyKeyword | None, Field(description="what the text asks for; null for a text that is none of the words")
    ]
    effect: Annotated[ReplyEffect, Field(description="what followed: `opt_out`, `lifted` or `nothing`")]
    at: ShownMoment
    received_at: ShownMoment


class ReplyPage(Output):
    """A page of replies, newest first."""

    items: list[Reply]
    next: NextCursor
