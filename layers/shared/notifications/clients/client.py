"""A client as it is stored and shown, and one that is to be stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

from notifications.contracts.phrases import Json

type Value = str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientData:
    """Everything that people know of a client: a field is a column of its table, but for the tags.

    Attributes:
        tags: by name, in the order in which the database compares them.
        attributes: personal values that a mailing's text may use.
    """

    phone: str
    operator_code: str
    tags: Sequence[str]
    timezone: str
    attributes: Mapping[str, Value]

    def as_json(self) -> dict[str, Json]:
        """Return the client as the API and the audit log show it."""
        return {name: getattr(self, name) for name in FIELDS}


FIELDS = [each.name for each in fields(ClientData)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Client(ClientData):
    """A stored client."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClient:
    """A client to be stored; every value is in the form that the parsers of this room give.

    Attributes:
        operator_code: None for the code that the phone has or, of a client that is known, the one it has.
    """

    phone: str
    operator_code: str | None
    timezone: str
    tags: Sequence[str] = field(default=())
    attributes: Mapping[str, Value] = field(default_factory=dict)
