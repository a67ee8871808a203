"""How the provider does."""

from typing import Annotated

from pydantic import Field

from api.fields import Given, KnownReason, Params, ShownMoment
from notifications.contracts.enumerations import BreakerState


class Incident(Given):
    """A time in which the provider was left alone; `closed_at` is null while it lasts."""

    opened_at: ShownMoment
    closed_at: ShownMoment | None
    reason: Annotated[str | None, Field(description="the provider's own words, or how it was not reached")]
    code: Annotated[KnownReason, Field(validation_alias="reason_code")]
    params: Annotated[Params | None, Field(validation_alias="reason_params")]


class ProviderHealth(Given):
    """The provider as the senders find it."""

    breaker: Annotated[BreakerState, Field(description="open: sending halts; probing: a few messages try the provider")]
    reason: Annotated[str | None, Field(description="why the breaker opened")]
    code: KnownReason
    params: Params | None
    probe_at: Annotated[ShownMoment | None, Field(description="when the provider is tried next, unless closed")]
    rate_limit: Annotated[float | None, Field(description="messages a second at the most; null while all goes well")]
    hold_until: Annotated[ShownMoment | None, Field(description="the provider asked to be left alone until then")]
    incidents: Annotated[list[Incident], Field(description="the last ten, the newest first")]
