"""Health of the providers."""

from typing import Annotated

from pydantic import Field

from api.fields import KnownReason, Output, Params, ShownMoment
from notifications.contracts.enumerations import BreakerState, ProviderKind


class Incident(Output):
    """A period with an open breaker."""

    opened_at: ShownMoment
    closed_at: Annotated[ShownMoment | None, Field(description="null while it lasts")]
    reason: Annotated[str | None, Field(description="error in English, or in the provider's own words")]
    code: Annotated[KnownReason, Field(validation_alias="reason_code")]
    params: Annotated[Params | None, Field(validation_alias="reason_params")]


class ProviderState(Output):
    """Circuit breaker and rate limit of a provider, shared by all senders."""

    name: Annotated[
        str,
        Field(description="name of the provider", examples=["http-provider.example.org-1f2e3d4c"]),
    ]
    kind: ProviderKind
    address: Annotated[
        str | None,
        Field(
            description="scheme, host and port of an HTTP provider; null for Amazon SNS or an unusable URL",
            examples=["https://provider.example.org"],
        ),
    ]
    breaker: Annotated[
        BreakerState,
        Field(description="`closed`: the provider works; `open`: it gets nothing; `probing`: a few messages try it"),
    ]
    reason: Annotated[str | None, Field(description="why the breaker opened")]
    code: KnownReason
    params: Params | None
    probe_at: Annotated[
        ShownMoment | None, Field(description="time of the next probe; null while the breaker is closed")
    ]
    rate_limit: Annotated[float | None, Field(description="largest number of messages per second; null for no limit")]
    hold_until: Annotated[
        ShownMoment | None, Field(description="time until which the provider asked for no calls; null if it did not")
    ]


class ProviderHealth(ProviderState):
    """Circuit breaker and rate limit of a provider, with its latest incidents."""

    incidents: Annotated[list[Incident], Field(description="latest ten, latest first")]


class ProviderList(Output):
    """All providers."""

    items: Annotated[list[ProviderHealth], Field(description="in the order of their names")]
