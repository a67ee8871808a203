"""Field types that schemas share, with their checks and descriptions, and the base classes of schemas."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)
from pydantic_core.core_schema import ValidationInfo

from notifications.clients.attributes.values import MAX_ATTRIBUTES, parse_attributes
from notifications.clients.opt_outs.opt_out import MAX_REASON_LENGTH
from notifications.clients.phones import parse_country, parse_operator_code, parse_operator_code_filter, parse_phone
from notifications.clients.tags.names import MAX_TAG_LENGTH, MAX_TAGS, parse_tag
from notifications.contracts.enumerations import Category, Delivery
from notifications.contracts.reasons import Reason, reason_from_code
from notifications.schedules.moments import as_text, in_bounds, require_rfc3339
from notifications.schedules.time_zones import canonical_timezone
from notifications.texts.placeholders import MAX_TEXT_LENGTH, Template
from notifications.texts.storable import require_storable

# `api.middleware.validation` has a code for each pattern, since an error shows nobody a regular expression.
CLOCK_TIME_PATTERN = r"^([01]\d|2[0-3]):[0-5]\d$"
PHONE_PART_PATTERN = r"^[+ ().-]*([0-9][+ ().-]*){1,15}$"


def _rfc3339(moment: object) -> object:
    require_rfc3339("time", moment)
    return moment


def _in_bounds(moment: datetime) -> datetime:
    return in_bounds("time", moment)


def _phone_of_country(phone: str, info: ValidationInfo) -> str:
    return parse_phone(phone, info.data.get("country"))


def _template(text: str) -> str:
    Template.parse(text)
    return text


def _storable(text: str) -> str:
    require_storable("text", text)
    return text


# Words of a person for what they do, kept with it.
GivenReason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_REASON_LENGTH), AfterValidator(_storable)
]
_PHONE = Field(
    examples=["79261234567"],
    description="phone with its country code, with or without +, 00 and separators; shown as digits without +",
)
Phone = Annotated[str, AfterValidator(parse_phone), _PHONE]
# Of a schema with the field `country` before it.
PhoneOfCountry = Annotated[str, AfterValidator(_phone_of_country), _PHONE]
Country = Annotated[
    str,
    AfterValidator(parse_country),
    Field(
        examples=["DE"],
        description="country (ISO 3166) whose national writing of phones is accepted as well; digits that are valid as"
        " another international number, too, are refused",
        json_schema_extra={"pattern": "^[A-Z]{2}$"},
    ),
]
OperatorCode = Annotated[
    str,
    AfterValidator(parse_operator_code),
    Field(
        examples=["926"],
        description="code of the mobile operator: three digits",
        json_schema_extra={"pattern": "^[0-9]{3}$"},
    ),
]
OperatorCodeOrNone = Annotated[
    str,
    AfterValidator(parse_operator_code_filter),
    Field(
        examples=["926"],
        description="code of the mobile operator: three digits, or `none` for clients without one",
        json_schema_extra={"pattern": "^([0-9]{3}|none)$"},
    ),
]
Timezone = Annotated[
    str,
    AfterValidator(canonical_timezone),
    Field(examples=["Europe/Moscow"], description="IANA time zone; a former name is stored as the current one"),
]
Tag = Annotated[
    str,
    AfterValidator(parse_tag),
    Field(
        examples=["vip"],
        description="visible characters and spaces, without ; and |; compared without regard to case",
        json_schema_extra={"minLength": 1, "maxLength": MAX_TAG_LENGTH},
    ),
]
Tags = Annotated[list[Tag], Field(max_length=MAX_TAGS, description="labels by which mailings select clients")]
Attributes = Annotated[
    dict[
        str,
        Annotated[str, Field(strict=True)]
        | Annotated[bool, Field(strict=True)]
        | Annotated[int, Field(strict=True)]
        | Annotated[float, Field(strict=True, allow_inf_nan=False)],
    ],
    AfterValidator(parse_attributes),
    Field(
        examples=[{"name": "Ann", "bonus": 120}],
        description="values of placeholders by name; a name has letters, digits and _, with no digit first",
        json_schema_extra={"maxProperties": MAX_ATTRIBUTES},
    ),
]
Text = Annotated[
    str,
    AfterValidator(_template),
    Field(
        examples=["Hello, {name|client}!"],
        description="text with placeholders: {name} or {name|default}; write {{ and }} for braces",
        json_schema_extra={"minLength": 1, "maxLength": MAX_TEXT_LENGTH},
    ),
]
DraftText = Annotated[
    str,
    AfterValidator(_storable),
    Field(
        max_length=MAX_TEXT_LENGTH,
        examples=["Hello, {name|client}!"],
        description="text with placeholders: {name} or {name|default}; write {{ and }} for braces. A draft's text is"
        " checked when the draft is launched, and may be empty until then",
    ),
]
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_rfc3339),
    AfterValidator(_in_bounds),
    Field(description="time in RFC 3339 with an offset, from 1970 to 2199", examples=["2026-11-23T10:00:00Z"]),
]
ShownMoment = Annotated[
    datetime,
    PlainSerializer(as_text, return_type=str),
    Field(
        description="time in UTC, RFC 3339",
        examples=["2026-11-23T10:00:00Z"],
        json_schema_extra={"format": "date-time"},
    ),
]
RemovedAt = Annotated[
    ShownMoment | None,
    Field(description="time at which retention began to remove the mailing's messages; null while it has all of them"),
]
Params = Annotated[
    Mapping[str, Any],
    Field(description="values of the phrase's placeholders; a nested reason has `code`, `params` and `text`"),
]
# A stored code may be unknown: a newer version stored it and was rolled back.
CategoryField = Annotated[
    Category, Field(description="what people opt out of: `marketing`, which may need consent, or `service`")
]
DeliveryField = Annotated[
    Delivery | None,
    Field(description="by the provider's receipts; null while none tells of the whole message"),
]
KnownReason = Annotated[
    Reason | None,
    BeforeValidator(reason_from_code),
    Field(description="code of the reason; null if there is none"),
]
ClockTime = Annotated[str, Field(pattern=CLOCK_TIME_PATTERN, description="local time, HH:MM")]
NextCursor = Annotated[str | None, Field(description="`cursor` of the next page; null on the last page")]


class Input(BaseModel):
    """Base of request bodies. Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


# Default of a field that an update may omit. It is never read and not in the OpenAPI document.
UNSET: Any = Field(default_factory=type(None))


class Output(BaseModel):
    """Base of response bodies."""

    model_config = ConfigDict(from_attributes=True)


class Counts(Output):
    """Base of counts by status. A subclass has an integer field for each of its statuses."""

    def __init_subclass__(cls, *, of: Iterable[StrEnum] = (), **config: Any) -> None:
        """Declare a field for each status.

        Args:
            of: the statuses.
        """
        super().__init_subclass__(**config)
        cls.__annotations__.update((status.value, int) for status in of)
