"""Messages, and why one was or was not sent."""

from typing import Annotated

from pydantic import Field

from api.fields import Given, KnownReason, Params, ShownMoment
from notifications.contracts.enumerations import MessageStatus
from notifications.contracts.explanation_codes import FactCode, RuleName, VerdictCode


class Message(Given):
    """A mailing to one client; `phone` is null where the client has been deleted."""

    id: int
    phone: str | None
    status: MessageStatus
    attempts: int
    due_at: ShownMoment | None
    sent_at: ShownMoment | None
    last_error: Annotated[str | None, Field(description="English, or the provider's own words")]
    last_error_code: KnownReason
    last_error_params: Params | None


class MessagePage(Given):
    """A page of messages; `next` is the cursor of the next page."""

    items: list[Message]
    next: str | None


class Rule(Given):
    """One condition for the message to go out now, whether it holds, and the facts."""

    rule: RuleName
    holds: bool
    detail: Annotated[str, Field(description="English; machines read `code` and `params`")]
    code: FactCode
    params: Params


class Attempt(Given):
    """One claim of the message by a sender that called the provider."""

    at: ShownMoment
    duration_ms: Annotated[int | None, Field(description="of all its calls; null if the worker died")]
    calls: Annotated[int, Field(description="how often the provider was called, quick retries included")]
    outcome: Annotated[MessageStatus, Field(description="what the message became")]
    error: Annotated[str | None, Field(description="the provider's own words, or how it was not reached")]
    error_code: KnownReason


class Explanation(Given):
    """Why a client did, did not yet, or never will get a mailing; `status` is null where there is no message."""

    status: MessageStatus | None
    verdict: Annotated[str, Field(description="English; machines read `verdict_code` and `verdict_params`")]
    verdict_code: VerdictCode
    verdict_params: Params
    rules: list[Rule]
    attempts: list[Attempt]
