"""Mailings, and an operator's decisions on messages of unknown outcome."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from api.fields import (
    UNSET,
    CategoryField,
    ClockTime,
    Counts,
    DraftText,
    Input,
    Moment,
    NextCursor,
    OperatorCodeOrNone,
    Output,
    Params,
    RemovedAt,
    ShownMoment,
    Tag,
    Text,
)
from notifications.contracts.enumerations import (
    Category,
    MailingStatus,
    MessageStatus,
    OnUnknown,
    Resolution,
    RetriedStatus,
)
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.contracts.warning_codes import WarningCode
from notifications.schedules.send_windows import SendWindow

# The largest integer of PostgreSQL.
MAX_RATE_PER_SECOND = 2**31 - 1

_RATE = "largest number of messages per second; null for no limit"
_ON_UNKNOWN = "for a message of unknown outcome: `resend` it, or `hold` it until an operator decides"

Rate = Annotated[int, Field(ge=1, le=MAX_RATE_PER_SECOND, strict=True, description=_RATE, examples=[50])]
OnUnknownField = Annotated[OnUnknown, Field(description=_ON_UNKNOWN)]
GivenOnUnknown = Annotated[
    OnUnknown | None,
    Field(description=f"{_ON_UNKNOWN}; null for `resend` if the provider recognises a repeated id, else for `hold`"),
]
StartsAt = Annotated[
    Moment, Field(description="start of sending; RFC 3339 with an offset", examples=["2030-01-01T10:00:00Z"])
]
EndsAt = Annotated[
    Moment,
    Field(
        description="end, after which unsent messages expire; RFC 3339 with an offset",
        examples=["2030-01-02T10:00:00Z"],
    ),
]


class Filter(Input):
    """Selects clients that have any of the tags and any of the operator codes.

    An empty list does not restrict: `{"tags": [], "operator_codes": []}` selects every client. Give at least one list.
    """

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    tags: list[Tag] = Field(default=[], max_length=100)
    operator_codes: list[OperatorCodeOrNone] = Field(default=[], max_length=1000)

    @model_validator(mode="after")
    def _says_whom(self) -> Self:
        if not self.model_fields_set:
            raise InvalidInput("filter", ProblemCode.FILTER_EMPTY)
        return self


class Window(Input):
    """Local hours of the client in which messages may be sent: from `start`, before `end`. May cross midnight."""

    start: Annotated[ClockTime, Field(examples=["09:00"])]
    end: Annotated[ClockTime, Field(examples=["21:00"])]

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        self.parsed()
        return self

    def parsed(self) -> SendWindow:
        """Return the window as a value, or raise InvalidInput."""
        return SendWindow.parse(self.start, self.end)


OptionalWindow = Annotated[Window | None, Field(description="local hours of the client; null for any hour")]


class MailingInput(Input):
    """A mailing to create or to preview."""

    text: Text
    starts_at: StartsAt
    ends_at: EndsAt
    filter: Filter
    send_window: OptionalWindow = None
    max_rate: Rate | None = None
    on_unknown: GivenOnUnknown = None
    category: CategoryField = Category.MARKETING


class NewMailing(MailingInput):
    """A mailing to create."""

    text: DraftText
    draft: Annotated[
        bool, Field(strict=True, description="true for a draft, which is not sent before it is launched")
    ] = False


class MailingChange(Input):
    """Fields of a mailing to update. Omitted fields keep their values.

    `filter`, `category` and `starts_at` can be updated only before the mailing starts.
    """

    text: DraftText = UNSET
    starts_at: StartsAt = UNSET
    ends_at: EndsAt = UNSET
    filter: Filter = UNSET
    send_window: OptionalWindow = UNSET
    max_rate: Rate | None = UNSET
    on_unknown: OnUnknownField = UNSET
    category: CategoryField = UNSET


class RetryInput(Input):
    """Messages to send once more, and the mailing's new end."""

    statuses: list[RetriedStatus] = Field(
        default=[RetriedStatus.FAILED],
        min_length=1,
        max_length=len(RetriedStatus),
        description="statuses of the messages",
    )
    ends_at: Annotated[
        Moment | None,
        Field(
            description="new end of the mailing, RFC 3339 with an offset; needed if its end has passed",
            examples=["2030-01-03T10:00:00Z"],
        ),
    ] = None


class ResolutionInput(Input):
    """A decision on messages of unknown outcome."""

    verdict: Annotated[Resolution, Field(description="`resend` under the same id, or `give_up` and set to `failed`")]
    messages: Annotated[
        list[Annotated[int, Field(ge=1, lt=2**63, strict=True)]] | None,
        Field(min_length=1, max_length=1000, description="ids of the messages; null for all of unknown outcome"),
    ] = None


class Stats(Counts, of=MessageStatus):
    """Numbers of messages by status. They add up to `total`."""

    total: int


class Mailing(Output):
    """A mailing with its counts."""

    id: int
    text: str
    starts_at: ShownMoment
    ends_at: ShownMoment
    filter: Filter
    send_window: OptionalWindow
    max_rate: Annotated[int | None, Field(description=_RATE)]
    on_unknown: OnUnknownField
    category: CategoryField
    status: MailingStatus
    stats: Stats
    messages_removed_at: RemovedAt


class MailingWarning(Output):
    """A warning of a mailing."""

    text: Annotated[str, Field(description="English for people; programs read `code` and `params`")]
    code: WarningCode
    params: Params


class CreatedMailing(Mailing):
    """A new mailing, with the warnings of it."""

    warnings: Annotated[list[MailingWarning], Field(description="likely mistakes in the mailing")]


class MailingPage(Output):
    """A page of mailings."""

    items: list[Mailing]
    next: NextCursor
