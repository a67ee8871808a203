"""Clients: stored ones, and new ones that are to be stored or merged into them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter

from notifications.clients.phones import operator_code_of
from notifications.contracts.phrases import Json

type Value = str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientData:
    """Fields of a client that the API and the audit log show: columns of its table, and the tags.

    Attributes:
        operator_code: None if it is not known.
        tags: names, in the database's order of their keys.
        attributes: personal values that a mailing's text may use.
    """

    phone: str
    operator_code: str | None
    tags: Sequence[str]
    timezone: str
    attributes: Mapping[str, Value]

    def as_json(self) -> dict[str, Json]:
        """Return the client as the API and the audit log show it."""
        return dict(zip(FIELDS, _values(self), strict=True))


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
    """

    phone: str
    operator_code: str | None
    timezone: str
    tags: Sequence[str] = field(default=())
    attributes: Mapping[str, Value] = field(default_factory=dict)
    has_default_timezone: bool = False

    def merged_into(self, stored: Client | None, *, columns: Collection[str], tags: Sequence[str]) -> ClientData:
        """Return the stored client with these values in place of its own.

        Args:
            stored: None for a new client.
            columns: names of the given fields and attributes. Others keep their values, and a named attribute that
                `attributes` lacks is deleted.
            tags: the names under which the tags are stored.
        """
        kept = stored.attributes.items() if stored else ()
        return ClientData(
            phone=self.phone,
            operator_code=self.operator_code or (stored.operator_code if stored else operator_code_of(self.phone)),
            tags=tags if stored is None or "tags" in columns else stored.tags,
            timezone=stored.timezone if stored and self.has_default_timezone else self.timezone,
            attributes={name: value for name, value in kept if name not in columns} | dict(self.attributes),
        )
