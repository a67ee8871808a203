"""Counts of messages and mailings, delays and the forecast."""

from typing import Annotated

from pydantic import Field

from api.fields import Counts, KnownReason, Output, Params, ShownMoment
from api.resources.mailings.schemas import Stats
from notifications.contracts.enumerations import ENDED_STATUSES, MailingStatus


class MailingTotals(Counts, of=MailingStatus):
    """Numbers of mailings by status."""

    total: int


class MailingSummary(Output):
    """A mailing with its counts."""

    id: int
    text: str
    status: MailingStatus
    starts_at: ShownMoment
    ends_at: ShownMoment
    stats: Stats


class Totals(Output):
    """Totals by status over all mailings, and a page of mailings with their counts."""

    mailings: MailingTotals
    messages: Stats
    items: list[MailingSummary]
    next: str | None


class Ended(Counts, of=ENDED_STATUSES):
    """Numbers of messages by the status in which they ended."""


class Hour(Ended):
    """Messages that ended in an hour (UTC)."""

    hour: ShownMoment


class Group(Ended):
    """Messages to a group of clients, as they were when the mailing was planned; `open` have not ended."""

    total: int
    open: int


class ByTimezone(Group):
    """Messages to the clients of a time zone."""

    timezone: str


class ByOperatorCode(Group):
    """Messages to the clients of an operator code."""

    operator_code: str


class Delays(Output):
    """Delays from due to sent; null if nothing was sent."""

    share_in_time: Annotated[float | None, Field(description="share (0 to 1) sent within 10 s")]
    p95_seconds: Annotated[int | None, Field(description="upper bound in seconds within which 95 % were sent")]


class ErrorCount(Output):
    """An error, and the number of messages whose last error it is."""

    error: Annotated[str, Field(description="English, or the provider's own words")]
    code: KnownReason
    params: Params | None
    count: int


class Forecast(Output):
    """Forecast at the observed rate while sending, otherwise at the mailing's maximum rate."""

    finishes_at: ShownMoment | None
    will_miss_end: int
    rate_needed: Annotated[
        int | None,
        Field(description="messages per second needed to be in time; null if none is late"),
    ]


class Detail(Output):
    """Statistics of one mailing."""

    stats: Stats
    by_hour: list[Hour]
    by_timezone: list[ByTimezone]
    by_operator_code: list[ByOperatorCode]
    errors: list[ErrorCount]
    rate_per_second: float
    delays: Delays
    forecast: Forecast
