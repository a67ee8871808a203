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


class DeliveryCounts(Counts, of=Delivery):
    """Numbers of messages by delivery. Messages without a delivery are not counted."""


class DeliveryTotals(Output):
    """Deliveries of a mailing's messages, by the provider's receipts."""

    counts: DeliveryCounts
    share_delivered: Annotated[
        float | None,
        Field(description="delivered as a share (0 to 1) of the sent messages, at most 1; null if nothing was sent"),
    ]


class MailingSummary(Output):
    """A mailing with its counts."""

    id: int
    text: str
    status: MailingStatus
    starts_at: ShownMoment
    ends_at: ShownMoment
    stats: Stats
    deliveries: DeliveryTotals


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


class DeliveriesOfOperatorCode(DeliveryCounts):
    """Deliveries to the clients with an operator code."""

    operator_code: Annotated[str, Field(description="`none` for clients without an operator code")]


class DeliveriesOfProvider(DeliveryCounts):
    """Deliveries by a provider."""

    provider: Annotated[str, Field(description="name under which the provider sends receipts")]


class DeliveriesOfHour(DeliveryCounts):
    """Deliveries of the messages that were sent within an hour."""

    hour: Annotated[ShownMoment, Field(description="start of the hour, UTC")]


class Deliveries(DeliveryTotals):
    """Deliveries of a mailing's messages, by the provider's receipts, in total and in groups."""

    share_delivered_before: Annotated[
        float | None,
        Field(description="share of the latest of the ten mailings before it that has receipts; null if none has"),
    ]
    by_operator_code: list[DeliveriesOfOperatorCode]
    by_provider: list[DeliveriesOfProvider]
    by_hour: list[DeliveriesOfHour]


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
    deliveries: Deliveries
    forecast: Forecast
