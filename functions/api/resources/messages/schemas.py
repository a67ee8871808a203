"""Messages of a mailing, and the explanation why a client did or did not get one."""

from typing import Annotated

from pydantic import Field

from api.fields import DeliveryField, KnownReason, NextCursor, Output, Params, RemovedAt, ShownMoment
from notifications.contracts.enumerations import MessageStatus
from notifications.contracts.explanation_codes import FactCode, RuleName, VerdictCode


class Message(Output):
    """A message of a mailing to one client."""

    id: int
    phone: Annotated[str | None, Field(description="phone of the client; null if the client was deleted")]
    status: MessageStatus
    delivery: DeliveryField
    attempts: Annotated[int, Field(description="number of attempts that count towards the limit")]
    due_at: Annotated[ShownMoment | None, Field(description="earliest time of the next attempt; null if none is due")]
    sent_at: Annotated[ShownMoment | None, Field(description="time at which the provider accepted it")]
    provider: Annotated[
        str | None, Field(description="name of the provider that sent it, or was tried last; null before the first try")
    ]
    last_error: Annotated[str | None, Field(description="last error in English, or in the provider's own words")]
    last_error_code: KnownReason
    last_error_params: Params | None


class MessagePage(Output):
    """A page of messages."""

    items: list[Message]
    next: NextCursor
    messages_removed_at: RemovedAt


class Rule(Output):
    """A condition for sending the message now, and the fact by which it was judged."""

    rule: RuleName
    holds: Annotated[bool, Field(description="true if the condition is met")]
    detail: Annotated[str, Field(description="the fact in English; programs read `code` and `params`")]
    code: FactCode
    params: Params


class Attempt(Output):
    """An attempt to send the message: one call to the provider, or several with quick retries."""

    at: ShownMoment
    duration_ms: Annotated[
        int | None, Field(description="duration of all calls in milliseconds; null if the sender died")
    ]
    calls: Annotated[int, Field(description="number of calls to the provider")]
    outcome: Annotated[MessageStatus, Field(description="status of the message after the attempt")]
    provider: Annotated[str | None, Field(description="name of the provider; null if it is not known")]
    error: Annotated[str | None, Field(description="error in English, or in the provider's own words")]
    error_code: KnownReason


class Explanation(Output):
    """Explanation why a client got, has yet to get or will never get a mailing."""

    status: Annotated[MessageStatus | None, Field(description="status of the message; null if there is none")]
    verdict: Annotated[str, Field(description="English for people; programs read `verdict_code` and `verdict_params`")]
    verdict_code: VerdictCode
    verdict_params: Params
    rules: list[Rule]
    attempts: list[Attempt]
