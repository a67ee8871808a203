"""Statistics."""

from typing import Annotated

from pydantic import Field

from api.fields import Counts, Given, KnownReason, Params, ShownMoment
from api.resources.mailings.schemas import Stats
from notifications.contracts.enumerations import ENDED_STATUSES, MailingStatus


class MailingTotals(Counts, of=MailingStatus):
    """Mailings by status."""

    total: int


class MailingSummary(Given):
    """A mailing with its counts."""

    id: int
    text: str
    status: MailingStatus
    starts_at: ShownMoment
    ends_at: ShownMoment
    stats: Stats


class Totals(Given):
    """Totals by status over all mailings, and a page of mailings with their counts."""

    mailings: MailingTotals
    messages: Stats
    items: list[MailingSummary]
    next: str | None


class Ended(Counts, of=ENDED_STATUSES):
    """Messages by how they ended."""


class Hour(Ended):
    """What ended in an hour of UTC."""

    hour: ShownMoment


class Group(Ended):
    """Messages to clients who had something in common when the mailing was planned; `open` have not ended."""

    total: int
    open: int


class ByTimezone(Group):
    """The messages to a time zone."""

    timezone: str


class ByOperatorCode(Group):
    """The messages to an operator code."""

    operator_code: str


class Delays(Given):
    """How late messages left, from being due to being sent; null if none was sent."""

    share_in_time: Annotated[float | None, Field(description="the share that left within 10 s, 0 to 1")]
    p95_seconds: Annotated[int | None, Field(description="95 % left within so many seconds: a bound that is counted")]


class ErrorCount(Given):
    """How often an error came last."""

    error: Annotated[str, Field(description="English, or the provider's own words")]
    code: KnownReason
    params: Params | None
    count: int


class Forecast(Given):
    """What is to be expected at the mailing's rate."""

    finishes_at: ShownMoment | None
    will_miss_end: int
    rate_needed: Annotated[int | None, Field(description="messages per second with which none would be late")]


class Detail(Given):
    """One mailing in detail."""

    stats: Stats
    by_hour: list[Hour]
    by_timezone: list[ByTimezone]
    by_operator_code: list[ByOperatorCode]
    errors: list[ErrorCount]
    rate_per_second: float
    delays: Delays
    forecast: Forecast
