"""Statistics."""

from typing import Annotated

from pydantic import Field

from api.schemas.fields import Given, ShownMoment
from api.schemas.mailings import MailingStatus, Stats


class MailingTotals(Given):
    """Mailings by status."""

    total: int
    scheduled: int
    running: int
    paused: int
    finished: int
    cancelled: int


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


class Hour(Given):
    """What ended in an hour of UTC."""

    hour: ShownMoment
    sent: int
    failed: int


class ByTimezone(Stats):
    """The messages to a time zone; null stands for clients who were deleted."""

    timezone: str | None


class ByOperatorCode(Stats):
    """The messages to an operator code; null stands for clients who were deleted."""

    operator_code: str | None


class ErrorCount(Given):
    """How often an error came last."""

    error: str
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
    forecast: Forecast
