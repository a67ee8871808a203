"""Counts of messages and mailings, delays and the forecast."""

from typing import Annotated

from pydantic import Field

from api.fields import Counts, KnownReason, NextCursor, Output, Params, ShownMoment
from api.resources.mailings.forecast import Forecast
from api.resources.mailings.schemas import Stats
from notifications.contracts.enumerations import ENDED_STATUSES, Delivery, MailingStatus


class MailingTotals(Counts, of=MailingStatus):
    """Numbers of mailings by status. They add up to `total`."""

    total: int


class ByDelivery(Counts, of=Delivery):
    """Numbers of messages by what receipts say of them."""


class Deliveries(ByDelivery):
    """Numbers of messages by delivery, and the delivery rate."""

    without_receipt: Annotated[int, Field(description="number of sent messages of which no receipt has told yet")]
    delivery_rate: Annotated[
        float | None,
        Field(description="share (0 to 1) of the sent messages that were delivered; null without sends or receipts"),
    ]


class OperatorCodeDeliveries(Deliveries):
    """Deliveries of the messages to the clients with an operator code."""

    operator_code: Annotated[str, Field(description="`none` for clients without an operator code")]


class ProviderDeliveries(ByDelivery):
    """Deliveries that a provider has reported."""

    provider: str


class HourDeliveries(Deliveries):
    """Deliveries of the messages that were sent within an hour."""

    hour: Annotated[ShownMoment, Field(description="start of the hour, UTC")]


class MailingDeliveries(Output):
    """Deliveries of a mailing."""

    total: Deliveries
    rate_before: Annotated[
        float | None,
        Field(description="delivery rate of the latest of ten mailings before that has one; null if none has"),
    ]
    by_operator_code: list[OperatorCodeDeliveries]
    by_provider: list[ProviderDeliveries]
    by_hour: list[HourDeliveries]


class MailingSummary(Output):
    """A mailing with its counts."""

    id: int
    text: str
    status: MailingStatus
    starts_at: ShownMoment
    ends_at: ShownMoment
    stats: Stats
    deliveries: Deliveries


class Totals(Output):
    """Totals by status over all mailings, and a page of mailings with their counts."""

    mailings: MailingTotals
    messages: Stats
    items: list[MailingSummary]
    next: NextCursor


class Ended(Counts, of=ENDED_STATUSES):
    """Numbers of messages by the status with which they ended."""


class Hour(Ended):
    """Messages that ended within an hour."""

    hour: Annotated[ShownMoment, Field(description="start of the hour, UTC")]


class Group(Ended):
    """Messages to a group of clients, grouped when the mailing was planned."""

    total: Annotated[int, Field(description="number of messages")]
    open: Annotated[int, Field(description="number of messages that have not ended")]


class ByTimezone(Group):
    """Messages to the clients of a time zone."""

    timezone: str


class ByOperatorCode(Group):
    """Messages to the clients with an operator code."""

    operator_code: Annotated[str, Field(description="`none` for clients without an operator code")]


class Delays(Output):
    """Delays of sent messages from when each could first have gone: pauses, own rates and holds do not count."""

    share_in_time: Annotated[
        float | None, Field(description="share (0 to 1) sent within 10 s; null if nothing was sent")
    ]
    p95_seconds: Annotated[
        int | None, Field(description="seconds within which 95 % were sent, rounded up; null if nothing was sent")
    ]


class ErrorCount(Output):
    """A last error, and the number of messages that have it."""

    error: Annotated[str, Field(description="error in English, or in the provider's own words")]
    code: KnownReason
    params: Params | None
    count: Annotated[int, Field(description="number of messages")]


class Detail(Output):
    """Statistics of one mailing."""

    stats: Stats
    by_hour: list[Hour]
    by_timezone: list[ByTimezone]
    by_operator_code: list[ByOperatorCode]
    errors: Annotated[list[ErrorCount], Field(description="ten most frequent errors")]
    rate_per_second: Annotated[float, Field(description="messages sent per second")]
    delays: Delays
    deliveries: MailingDeliveries
    forecast: Forecast
