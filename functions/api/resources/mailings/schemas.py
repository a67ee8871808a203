"""Mailings, and decisions on their messages of unknown outcome."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from api.fields import UNSET, ClockTime, Counts, Input, Moment, OperatorCode, Output, ShownMoment, Tag, Text
from notifications.contracts.enumerations import MailingStatus, MessageStatus, OnUnknown, Resolution
from notifications.schedules.send_windows import SendWindow

# The largest integer of PostgreSQL.
MAX_RATE_PER_SECOND = 2**31 - 1

Rate = Annotated[
    int,
    Field(
        ge=1, le=MAX_RATE_PER_SECOND, strict=True, description="messages per second; null for no limit", examples=[50]
    ),
]
OnUnknownField = Annotated[
    OnUnknown,
    Field(description="for a message whose sender died during the call: `resend` it, or `hold` it for a decision"),
]

GivenOnUnknown = Annotated[
    OnUnknown | None,
    Field(
        description="for a message whose sender died during the call: `resend` it, or `hold` it for a decision; "
        "null for `resend` if the provider recognises a repeated message by its id, else for `hold`"
    ),
]


class Filter(Input):
    """Clients with any of the tags and any of the operator codes; an empty list matches all."""

    tags: list[Tag] = Field(default=[], max_length=100)
    operator_codes: list[OperatorCode] = Field(default=[], max_length=1000)


class Window(Input):
    """Hours of the client's local time in which messages may be sent: `[start, end)`, may cross midnight."""

    start: Annotated[ClockTime, Field(examples=["09:00"])]
    end: Annotated[ClockTime, Field(examples=["21:00"])]

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        self.parsed()
        return self

    def parsed(self) -> SendWindow:
        """Return the window that the planner uses."""
        return SendWindow.parse(self.start, self.end)


class MailingInput(Input):
    """A mailing to create or to preview."""

    text: Text
    starts_at: Annotated[Moment, Field(examples=["2030-01-01T10:00:00Z"])]
    ends_at: Annotated[Moment, Field(examples=["2030-01-02T10:00:00Z"])]
    filter: Filter = Filter()
    send_window: Window | None = None
    max_rate: Rate | None = None
    on_unknown: GivenOnUnknown = None


class MailingChange(Input):
    """Fields of a mailing to update; omitted ones keep their values.

    `filter` and `starts_at` can be updated only before the mailing starts.
    """

    text: Text = UNSET
    starts_at: Annotated[Moment, Field(examples=["2030-01-01T10:00:00Z"])] = UNSET
    ends_at: Annotated[Moment, Field(examples=["2030-01-02T10:00:00Z"])] = UNSET
    filter: Filter = UNSET
    send_window: Window | None = UNSET
    max_rate: Rate | None = UNSET
    on_unknown: OnUnknownField = UNSET


class ResolutionInput(Input):
    """A decision on messages of unknown outcome."""

    verdict: Resolution
    messages: Annotated[
        list[Annotated[int, Field(ge=1, lt=2**63, strict=True)]] | None,
        Field(min_length=1, max_length=1000, description="ids of messages; null for all of unknown outcome"),
    ] = None


class Stats(Counts, of=MessageStatus):
    """Numbers of a mailing's messages by status; they add up to `total`."""

    total: int


class Mailing(Output):
    """A mailing with its counts."""

    id: int
    text: str
    starts_at: ShownMoment
    ends_at: ShownMoment
    filter: Filter
    send_window: Window | None
    max_rate: int | None
    on_unknown: OnUnknownField
    status: MailingStatus
    stats: Stats


class MailingPage(Output):
    """A page of mailings; `next` is the cursor of the next page."""

    items: list[Mailing]
    next: str | None
