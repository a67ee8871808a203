"""Messages, and the explanation why one was or was not sent."""

from typing import Annotated

from pydantic import Field

from api.fields import KnownReason, Output, Params, ShownMoment
from notifications.contracts.enumerations import MessageStatus
from notifications.contracts.explanation_codes import FactCode, RuleName, VerdictCode


class Message(Output):
    """A message of a mailing to one client; `phone` is null if the client was deleted."""

    id: int
    phone: str | None
    status: MessageStatus
    attempts: int
    due_at: ShownMoment | None
    sent_at: ShownMoment | None
    last_error: Annotated[str | None, Field(description="English, or the provider's own words")]
    last_error_code: KnownReason
    last_error_params: Params | None


class MessagePage(Output):
    """A page of messages; `next` is the cursor of the next page."""

    items: list[Message]
    next: str | None


class Rule(Output):
    """A condition for sending the message now: `holds` if it is met, and the facts."""

    rule: RuleName
    holds: bool
    detail: Annotated[str, Field(description="English; machines read `code` and `params`")]
    code: FactCode
    params: Params


class Attempt(Output):
    """An attempt to send the message, in one or more calls to the provider."""

    at: ShownMoment
    duration_ms: Annotated[int | None, Field(description="duration of all its calls; null if the sender died")]
    calls: Annotated[int, Field(description="number of calls to the provider, quick retries included")]
    outcome: Annotated[MessageStatus, Field(description="the message's status after the attempt")]
    error: Annotated[str | None, Field(description="the provider's own words, or why it could not be reached")]
    error_code: KnownReason


class Explanation(Output):
    """Why a client did, did not yet, or never will get a mailing; `status` is null if there is no message."""

    status: MessageStatus | None
    verdict: Annotated[str, Field(description="English; machines read `verdict_code` and `verdict_params`")]
    verdict_code: VerdictCode
    verdict_params: Params
    rules: list[Rule]
    attempts: list[Attempt]
