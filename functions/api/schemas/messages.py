"""Messages, and why one was or was not sent."""

from typing import Literal

from api.schemas.fields import Given, ShownMoment

MessageStatus = Literal["pending", "queued", "sending", "sent", "failed", "expired", "cancelled", "unknown"]


class Message(Given):
    """A mailing to one client; `phone` is null where the client has been deleted."""

    id: int
    phone: str | None
    status: MessageStatus
    attempts: int
    due_at: ShownMoment | None
    sent_at: ShownMoment | None
    last_error: str | None


class MessagePage(Given):
    """A page of messages; `next` is the cursor of the page after it."""

    items: list[Message]
    next: str | None


class Rule(Given):
    """One condition for the message to go out now, whether it holds, and the facts."""

    rule: str
    holds: bool
    detail: str


class Attempt(Given):
    """The last attempt, by its number."""

    attempt: int
    at: ShownMoment
    error: str | None


class Explanation(Given):
    """Why a client did, did not yet, or never will get a mailing; `status` is null where there is no message."""

    status: MessageStatus | None
    verdict: str
    rules: list[Rule]
    attempts: list[Attempt]
