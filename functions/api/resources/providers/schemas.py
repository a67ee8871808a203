"""Health of the provider."""

from typing import Annotated

from pydantic import Field

from api.fields import KnownReason, Output, Params, ShownMoment
from notifications.contracts.enumerations import BreakerState


class Incident(Output):
    """A period with an open breaker; `closed_at` is null while it lasts."""

    opened_at: ShownMoment
    closed_at: ShownMoment | None
    reason: Annotated[str | None, Field(description="the provider's own words, or why it could not be reached")]
    code: Annotated[KnownReason, Field(validation_alias="reason_code")]
    params: Annotated[Params | None, Field(validation_alias="reason_params")]


class ProviderHealth(Output):
    """Circuit breaker and rate limit of the provider, shared by all senders."""

    breaker: Annotated[BreakerState, Field(description="open: nothing is sent; probing: a few messages try it")]
    reason: Annotated[str | None, Field(description="why the breaker opened")]
    code: KnownReason
    params: Params | None
    probe_at: Annotated[ShownMoment | None, Field(description="time of the next probe; null while closed")]
    rate_limit: Annotated[float | None, Field(description="messages per second, at most; null without a limit")]
    hold_until: Annotated[ShownMoment | None, Field(description="nothing is sent until then, as the provider asked")]
    incidents: Annotated[list[Incident], Field(description="the last ten, latest first")]
