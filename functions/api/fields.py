"""Types of fields and base classes that schemas share, each with its check and its description in the document."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from notifications.clients import attributes
from notifications.clients.phones import parse_operator_code, parse_phone
from notifications.clients.tag_names import MAX_TAG_LENGTH, parse_tag
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.contracts.reasons import Reason, known
from notifications.schedules.time_zones import canonical_timezone
from notifications.texts.placeholders import MAX_TEXT_LENGTH, Template

# Local time is computed around a moment, which must not leave the years of `datetime`.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _rfc3339(moment: object) -> object:
    if not (isinstance(moment, str) and _RFC3339.fullmatch(moment)):
        raise InvalidInput("time", ProblemCode.TIME_FORMAT)
    return moment


def _in_reach(moment: datetime) -> datetime:
    if not EARLIEST <= moment < LATEST:
        raise InvalidInput("time", ProblemCode.TIME_RANGE, first_year=EARLIEST.year, last_year=LATEST.year)
    return moment.astimezone(UTC)


def _template(text: str) -> str:
    Template.parse(text)
    return text


Phone = Annotated[
    str,
    AfterValidator(parse_phone),
    Field(examples=["79261234567"], json_schema_extra={"pattern": "^7[0-9]{10}$"}),
]
OperatorCode = Annotated[
    str,
    AfterValidator(parse_operator_code),
    Field(examples=["926"], json_schema_extra={"pattern": "^[0-9]{3}$"}),
]
Timezone = Annotated[
    str,
    AfterValidator(canonical_timezone),
    Field(examples=["Europe/Moscow"], description="an IANA name; an old name is stored under its current one"),
]
Tag = Annotated[
    str,
    AfterValidator(parse_tag),
    Field(examples=["vip"], json_schema_extra={"minLength": 1, "maxLength": MAX_TAG_LENGTH}),
]
Tags = Annotated[list[Tag], Field(max_length=100)]
Attributes = Annotated[
    dict[
        str,
        Annotated[str, Field(strict=True)]
        | Annotated[bool, Field(strict=True)]
        | Annotated[int, Field(strict=True)]
        | Annotated[float, Field(strict=True, allow_inf_nan=False)],
    ],
    AfterValidator(attributes.parse_attributes),
    Field(
        examples=[{"name": "Ann", "bonus": 120}],
        description="values that texts may use besides phone and operator code; a name has letters, digits and _",
        json_schema_extra={"maxProperties": attributes.MAX_ATTRIBUTES},
    ),
]
Text = Annotated[
    str,
    AfterValidator(_template),
    Field(
        examples=["Hello, {name|client}!"],
        description="may have placeholders, {name} or {name|default}; write {{ and }} for braces",
        json_schema_extra={"minLength": 1, "maxLength": MAX_TEXT_LENGTH},
    ),
]
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_rfc3339),
    AfterValidator(_in_reach),
    Field(description="RFC 3339 with an offset", examples=["2026-11-23T10:00:00Z"]),
]
ShownMoment = Annotated[
    datetime,
    PlainSerializer(lambda moment: moment.astimezone(UTC).isoformat().replace("+00:00", "Z"), return_type=str),
    Field(examples=["2026-11-23T10:00:00Z"], json_schema_extra={"format": "date-time"}),
]
Params = Annotated[
    Mapping[str, Any],
    Field(description="values in the code's phrase; a nested reason has `code`, `params` and `text`"),
]
# The reason may be unknown here if newer code stored it and was rolled back.
KnownReason = Annotated[
    Reason | None,
    BeforeValidator(known),
    Field(description="null without a reason, or if it has no code"),
]
ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Input(BaseModel):
    """Base of request bodies: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


# Default of a field that an update may omit: never read, and not in the document.
UNSET: Any = Field(default_factory=type(None))


class Output(BaseModel):
    """Base of answers."""

    model_config = ConfigDict(from_attributes=True)


class Counts(Output):
    """Base of counts by status: a subclass has an integer field for each of its statuses."""

    def __init_subclass__(cls, *, of: Iterable[StrEnum] = (), **config: Any) -> None:
        """Declare a field for each status.

        Args:
            of: the statuses.
        """
        super().__init_subclass__(**config)
        cls.__annotations__.update((status.value, int) for status in of)
