"""Replies of people, as providers report them and as they are stored."""

from dataclasses import dataclass
from datetime import datetime

from notifications.contracts.enumerations import ReplyEffect, ReplyKeyword


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A text that a person has sent to the provider.

    Attributes:
        provider: name of the provider that has sent the call.
        webhook_id: the provider's id of the call, which a repeat has again.
        position: place of the reply in the call, from 0 on.
        at: the provider's time.
    """

    provider: str
    webhook_id: str
    position: int
    phone: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReply:
    """A reply with what followed.

    Attributes:
        keyword: what the text asks for; None for nothing.
    """

    id: int
    provider: str
    phone: str
    text: str
    keyword: ReplyKeyword | None
    effect: ReplyEffect
    at: datetime
    received_at: datetime
