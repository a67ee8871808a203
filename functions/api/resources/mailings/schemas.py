"""Mailings, and what one would do."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from api.fields import UNNAMED, ClockTime, Counts, Given, Input, Moment, OperatorCode, ShownMoment, Tag, Text
from notifications.contracts.enumerations import MailingStatus, MessageStatus, OnUnknown, Resolution
from notifications.schedules.send_windows import SendWindow

# PostgreSQL's integer.
RATE_AT_MOST = 2**31 - 1

Rate = Annotated[
    int, Field(ge=1, le=RATE_AT_MOST, strict=True, description="messages per second; null: no limit", examples=[50])
]
OnUnknownField = Annotated[
    OnUnknown,
    Field(description="what to do with a message whose sender died during the call to the provider"),
]


class Filter(Input):
    """Any of the tags and any of the operator codes; an empty list does not restrict."""

    tags: list[Tag] = Field(default=[], max_length=100)
    operator_codes: list[OperatorCode] = Field(default=[], max_length=1000)


class Window(Input):
    """The hours of a client's local time in which the client may be messaged, half open; may cross midnight."""

    start: Annotated[ClockTime, Field(examples=["09:00"])]
    end: Annotated[ClockTime, Field(examples=["21:00"])]

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        self.parsed()
        return self

    def parsed(self) -> SendWindow:
        """The window as the planner knows it."""
        return SendWindow.parse(self.start, self.end)


class MailingInput(Input):
    """A mailing to create or to preview."""

    text: Text
    starts_at: Annotated[Moment, Field(examples=["2030-01-01T10:00:00Z"])]
    ends_at: Annotated[Moment, Field(examples=["2030-01-02T10:00:00Z"])]
    filter: Filter = Filter()
    send_window: Window | None = None
    max_rate: Rate | None = None
    on_unknown: OnUnknownField = OnUnknown.RESEND


class MailingChange(Input):
    """What a change of a mailing may name; what it does not name stays.

    `filter` and `starts_at` may be changed only before the mailing starts.
    """

    text: Text = UNNAMED
    starts_at: Annotated[Moment, Field(examples=["2030-01-01T10:00:00Z"])] = UNNAMED
    ends_at: Annotated[Moment, Field(examples=["2030-01-02T10:00:00Z"])] = UNNAMED
    filter: Filter = UNNAMED
    send_window: Window | None = UNNAMED
    max_rate: Rate | None = UNNAMED
    on_unknown: OnUnknownField = UNNAMED


class ResolutionInput(Input):
    """What to do with messages of unknown outcome."""

    verdict: Resolution
    messages: Annotated[
        list[Annotated[int, Field(ge=1, lt=2**63, strict=True)]] | None,
        Field(min_length=1, max_length=1000, description="ids of messages; null: all of unknown outcome"),
    ] = None


class Stats(Counts, of=MessageStatus):
    """A mailing's messages by status; they add up to `total`."""

    total: int


class Mailing(Given):
    """A mailing."""

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


class MailingPage(Given):
    """A page of mailings; `next` is the cursor of the next page."""

    items: list[Mailing]
    next: str | None
