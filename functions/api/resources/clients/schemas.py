"""Clients and changes of them."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from api.fields import (
    UNSET,
    Attributes,
    Country,
    Input,
    Moment,
    NextCursor,
    OperatorCode,
    Output,
    Phone,
    PhoneOfCountry,
    ShownMoment,
    Tags,
    Timezone,
)
from api.resources.mailings.schemas import Filter
from notifications.clients.client import MAX_CONSENT_SOURCE_LENGTH, require_whole_consent
from notifications.clients.tags.names import require_separate
from notifications.contracts.enumerations import AttributeType, JobKind, OptOutScope, OptOutSource
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode

MAX_BULK_PHONES = 10_000

GivenOperatorCode = Annotated[
    OperatorCode | None,
    Field(description="code of the mobile operator; null for digits 2 to 4 of a +7 phone, and for none of another"),
]


def _with_time(source: str | None, info: ValidationInfo) -> str | None:
    """Refuse the source of a consent without its time, unless the time is refused itself."""
    if "consent_at" in info.data:
        require_whole_consent(info.data["consent_at"], source)
    return source


ConsentAt = Annotated[
    Moment | None, Field(description="time at which the client consented to marketing; null: there is no consent")
]
# Of a schema with the field `consent_at` before it.
ConsentSource = Annotated[
    Annotated[str, Field(min_length=1, max_length=MAX_CONSENT_SOURCE_LENGTH)] | None,
    AfterValidator(_with_time),
    Field(
        examples=["form on example.com"],
        description="how the consent was given; only together with `consent_at`",
    ),
]


class ClientInput(Input):
    """A client to create."""

    country: Country | None = None
    phone: PhoneOfCountry
    operator_code: GivenOperatorCode = None
    tags: Tags = Field(default=[])
    timezone: Annotated[
        Timezone | None,
        Field(description="IANA time zone; null for the default of the stack, and refused if it has none"),
    ] = None
    attributes: Attributes = Field(default={})
    consent_at: ConsentAt = None
    consent_source: ConsentSource = None


class ClientReplacement(Input):
    """A client to create, or to put in place of the stored one. Omitted fields get their defaults."""

    phone: Annotated[Phone, Field(description="the phone of the path, which may be omitted")] = UNSET
    operator_code: GivenOperatorCode = None
    tags: Tags = Field(default=[])
    timezone: Timezone
    attributes: Attributes = Field(default={})
    consent_at: ConsentAt = None
    consent_source: ConsentSource = None


class ClientChange(Input):
    """Fields of a client to update. Omitted fields keep their values; `consent_at` sets `consent_source` as well."""

    country: Country | None = None
    phone: PhoneOfCountry = UNSET
    operator_code: GivenOperatorCode = UNSET
    tags: Annotated[Tags, Field(description="all tags of the client, in place of those that it has")] = UNSET
    add_tags: Annotated[Tags, Field(description="tags to add; not together with `tags`")] = UNSET
    remove_tags: Annotated[Tags, Field(description="tags to remove; not together with `tags`")] = UNSET
    timezone: Timezone = UNSET
    attributes: Attributes = UNSET
    consent_at: ConsentAt = UNSET
    consent_source: ConsentSource = UNSET

    @model_validator(mode="after")
    def _changes_tags_one_way(self) -> Self:
        if "tags" in self.model_fields_set and self.model_fields_set & {"add_tags", "remove_tags"}:
            raise InvalidInput("tags", ProblemCode.TAGS_TWO_WAYS)
        require_separate(self.add_tags or (), self.remove_tags or ())
        return self


class Client(Output):
    """A client."""

    phone: Annotated[str, Field(examples=["79261234567"])]
    operator_code: Annotated[str | None, Field(examples=["926"], description="null if it is not known")]
    tags: Annotated[list[str], Field(examples=[["vip"]], description="labels by which mailings select the client")]
    timezone: Annotated[str, Field(examples=["Europe/Moscow"])]
    attributes: Annotated[
        dict[str, str | bool | int | float], Field(description="values for the placeholders of texts, by name")
    ]
    consent_at: Annotated[ShownMoment | None, Field(description="time of the consent to marketing; null without one")]
    consent_source: Annotated[str | None, Field(description="how the consent was given; null if that is not known")]
    created_at: ShownMoment
    updated_at: Annotated[ShownMoment, Field(description="last change of a field or a tag; a renamed tag is none")]


class ClientOptOut(Output):
    """Opt-out of the person: messages that must not be sent."""

    scope: Annotated[OptOutScope, Field(description="messages that the person does not want")]
    source: Annotated[OptOutSource, Field(description="origin of the opt-out")]
    reason: Annotated[str | None, Field(description="in the words of whoever recorded it", examples=["asked"])]
    at: ShownMoment


class ClientDetails(Client):
    """A client, with the opt-out of the phone."""

    opt_out: Annotated[
        ClientOptOut | None, Field(description="null if the person may be messaged; `optout/` changes it")
    ]


class ClientPage(Output):
    """A page of clients."""

    items: list[Client]
    next: NextCursor
    total: Annotated[
        int | None, Field(description="number of clients in the whole list; null on all pages but the first")
    ]
    estimated: Annotated[bool, Field(description="true if counting takes long, so that `total` is an estimate")]


class Bulk(Input):
    """A change of many clients: tags to add and to remove, or a deletion. Name the clients by `filter` or `phones`."""

    filter: Annotated[Filter | None, Field(description="the clients that a mailing with this filter would have")] = None
    phones: Annotated[list[Phone] | None, Field(min_length=1, max_length=MAX_BULK_PHONES)] = None
    add_tags: Annotated[Tags, Field(description="tags to add")] = Field(default=[])
    remove_tags: Annotated[Tags, Field(description="tags to remove")] = Field(default=[])
    delete: Annotated[
        bool, Field(strict=True, description="true to delete the clients; needs the role `admin`, and no tags")
    ] = False

    @model_validator(mode="after")
    def _is_one_change_of_some_clients(self) -> Self:
        if (self.filter is None) == (self.phones is None):
            raise InvalidInput("body", ProblemCode.BULK_CLIENTS)
        if self.delete == bool(self.add_tags or self.remove_tags):
            raise InvalidInput("body", ProblemCode.BULK_CHANGE)
        require_separate(self.add_tags, self.remove_tags)
        return self


class BulkEntry(Output):
    """A bulk change in the audit log.

    Attributes:
        clients: number of clients, which may be an estimate.
        phones: the given phones, the first hundred of them.
    """

    kind: JobKind
    clients: int | None
    filter: Filter | None
    phones: list[str] | None
    add_tags: list[str]
    remove_tags: list[str]
    delete: bool


class Attribute(Output):
    """An attribute that clients have: a name that texts may use as a placeholder."""

    name: Annotated[str, Field(examples=["name"])]
    types: Annotated[list[AttributeType], Field(description="types of its values")]


class AttributePage(Output):
    """A page of attributes."""

    items: list[Attribute]
    next: NextCursor
