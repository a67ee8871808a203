"""What the API takes and gives: shapes, and the checks that need no database."""

from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from notifications import contacts
from notifications.text import Template
from notifications.windows import SendWindow

# PostgreSQL's integer.
RATE_AT_MOST = 2**31 - 1

Phone = Annotated[str, AfterValidator(contacts.parse_phone), Field(examples=["79261234567"])]
OperatorCode = Annotated[str, AfterValidator(contacts.parse_operator_code), Field(examples=["926"])]
Timezone = Annotated[str, AfterValidator(contacts.canonical_timezone), Field(examples=["Europe/Moscow"])]
Tag = Annotated[str, AfterValidator(contacts.parse_tag), Field(examples=["vip"])]
Moment = Annotated[
    AwareDatetime,
    AfterValidator(lambda moment: moment.astimezone(UTC)),
    Field(examples=["2026-11-23T10:00:00Z"]),
]
ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["09:00"])]


class Input(BaseModel):
    """Base of what is taken: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class ClientInput(Input):
    """A client to create."""

    phone: Phone
    operator_code: OperatorCode | None = None
    tags: Annotated[list[Tag], Field(max_length=100)] = []
    timezone: Timezone


class ClientChange(Input):
    """What a change of a client may name; what it does not name stays."""

    phone: Phone = ""
    operator_code: OperatorCode = ""
    tags: Annotated[list[Tag], Field(max_length=100)] = []
    timezone: Timezone = ""


class Client(BaseModel):
    """A client."""

    phone: str
    operator_code: str
    tags: list[str]
    timezone: str


class ClientPage(BaseModel):
    """A page of clients; `next` is the cursor of the page after it."""

    items: list[Client]
    next: str | None


class Refused(BaseModel):
    """A row of an import that was not taken."""

    line: int
    reason: str


class ImportResult(BaseModel):
    """What an import did."""

    created: int
    updated: int
    refused: list[Refused]


class Filter(Input):
    """Any of the tags and any of the operator codes; an empty list does not restrict."""

    tags: Annotated[list[Tag], Field(max_length=100)] = []
    operator_codes: Annotated[list[OperatorCode], Field(max_length=1000)] = []


class Window(Input):
    """The hours of a client's local time in which the client may be messaged, half open; may cross midnight."""

    start: ClockTime
    end: ClockTime

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        self.parsed()
        return self

    def parsed(self) -> SendWindow:
        """The window as the planner knows it."""
        return SendWindow.parse(self.start, self.end)


class MailingInput(Input):
    """A mailing to create."""

    text: Annotated[str, AfterValidator(lambda text: Template.parse(text) and text), Field(examples=["Hello"])]
    starts_at: Moment
    ends_at: Moment
    filter: Filter = Filter()
    send_window: Window | None = None
    max_rate: Annotated[int, Field(ge=1, le=RATE_AT_MOST, strict=True, description="messages per second")] | None = None
    on_unknown: Literal["resend", "hold"] = "resend"

    @model_validator(mode="after")
    def _ends_later(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("ends_at must be after starts_at")
        return self


class Stats(BaseModel):
    """A mailing's messages by status; they add up to `total`."""

    total: int
    pending: int
    queued: int
    sending: int
    sent: int
    failed: int
    expired: int
    cancelled: int
    unknown: int


class Mailing(BaseModel):
    """A mailing."""

    id: int
    text: str
    starts_at: datetime
    ends_at: datetime
    filter: Filter
    send_window: Window | None
    max_rate: int | None
    on_unknown: str
    status: str
    stats: Stats


class MailingPage(BaseModel):
    """A page of mailings; `next` is the cursor of the page after it."""

    items: list[Mailing]
    next: str | None
