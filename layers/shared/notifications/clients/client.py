"""A client as it is stored and shown, and one that is to be stored."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter

from notifications.clients.phones import operator_code_of
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
        return dict(zip(FIELDS, _values(self), strict=True))


FIELDS = [each.name for each in fields(ClientData)]
_values = attrgetter(*FIELDS)


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

    def over(self, known: Client | None, *, named: Collection[str], tags: Sequence[str]) -> ClientData:
        """Return the client with these values in place of those that it has.

        Args:
            known: the client as it is stored; None for a new one.
            named: fields and attributes that are given: others stay as they are, and an attribute that is named and
                that `attributes` lacks is taken away.
            tags: the tags as they are stored.
        """
        kept = known.attributes.items() if known else ()
        return ClientData(
            phone=self.phone,
            operator_code=self.operator_code or (known.operator_code if known else operator_code_of(self.phone)),
            tags=tags if known is None or "tags" in named else known.tags,
            timezone=self.timezone,
            attributes={name: value for name, value in kept if name not in named} | dict(self.attributes),
        )
