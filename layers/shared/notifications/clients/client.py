"""Clients: stored ones, and new ones that are to be stored or merged into them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter

from notifications.clients.phones import operator_code_of
from notifications.contracts.errors import InvalidInput
from notifications.contracts.phrases import Json
from notifications.contracts.problem_codes import ProblemCode
from notifications.schedules.moments import as_text

type Value = str | int | float | bool

MAX_CONSENT_SOURCE_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientData:
    """Fields of a client that the API and the audit log show: columns of its table, and the tags.

    Attributes:
        operator_code: None if it is not known.
        tags: names, in the database's order of their keys.
        attributes: personal values that a mailing's text may use.
        consent_at: time of the consent to marketing; None without one.
        consent_source: how the consent was given; None if that is not known.
    """

    phone: str
    operator_code: str | None
    tags: Sequence[str]
    timezone: str
    attributes: Mapping[str, Value]
    consent_at: datetime | None
    consent_source: str | None

    def as_json(self) -> dict[str, Json]:
        """Return the client as the API and the audit log show it."""
        shown = dict(zip(FIELDS, _values(self), strict=True))
        return shown | {"consent_at": as_text(self.consent_at)} if self.consent_at else shown


FIELDS = [each.name for each in fields(ClientData)]
_values = attrgetter(*FIELDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client(ClientData):
    """A stored client.

    Attributes:
        updated_at: time of the last change of its fields or tags.
    """

    id: int
    created_at: datetime
    updated_at: datetime

    @property
    def given_operator_code(self) -> str | None:
        """Return the operator code, or None if it was derived from the phone."""
        return None if self.operator_code == operator_code_of(self.phone) else self.operator_code


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClient:
    """A client to store, with normalized values.

    Attributes:
        operator_code: None for the stored client's code, or the phone's if there is no stored client.
        has_default_timezone: True if no time zone was given. A stored client keeps its own.
        consent_at, consent_source: the consent to marketing, given together.
    """

    phone: str
    operator_code: str | None
    timezone: str
    tags: Sequence[str] = field(default=())
    attributes: Mapping[str, Value] = field(default_factory=dict)
    has_default_timezone: bool = False
    consent_at: datetime | None = None
    consent_source: str | None = None

    def merged_into(self, stored: Client | None, *, columns: Collection[str], tags: Sequence[str]) -> ClientData:
        """Return the stored client with these values in place of its own.

        Args:
            stored: None for a new client.
            columns: names of the given fields and attributes. Others keep their values, and a named attribute that
                `attributes` lacks is deleted. `consent_at` stands for both fields of a consent.
            tags: the names under which the tags are stored.
        """
        kept = stored.attributes.items() if stored else ()
        consent = self if stored is None or "consent_at" in columns else stored
        return ClientData(
            phone=self.phone,
            operator_code=self.operator_code or (stored.operator_code if stored else operator_code_of(self.phone)),
            tags=tags if stored is None or "tags" in columns else stored.tags,
            timezone=stored.timezone if stored and self.has_default_timezone else self.timezone,
            attributes={name: value for name, value in kept if name not in columns} | dict(self.attributes),
            consent_at=consent.consent_at,
            consent_source=consent.consent_source,
        )


def require_whole_consent(consent_at: datetime | None, consent_source: str | None) -> None:
    """Raise InvalidInput for the source of a consent without its time."""
    if consent_source is not None and consent_at is None:
        raise InvalidInput("consent_source", ProblemCode.CONSENT_TIME_MISSING)
