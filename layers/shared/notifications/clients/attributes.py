"""Personal attributes of clients: a flat object on the client whose values a mailing's text may use.

Which names are known is kept apart from the clients, so that a text is checked without reading them
(docs/decisions/0005-known-attributes.md).
"""

import json
from collections.abc import Collection, Mapping
from typing import Protocol

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from notifications.clients.client import FIELDS, Value
from notifications.contracts.errors import InvalidInput
from notifications.contracts.phrases import shorten
from notifications.contracts.problem_codes import ProblemCode
from notifications.database.tables import attribute
from notifications.texts.placeholders import Template, parse_name
from notifications.texts.storable import require_storable

MAX_ATTRIBUTES = 50
MAX_VALUE_LENGTH = 1_000
# What every client has, whatever its attributes.
BUILT_IN = frozenset({"phone", "operator_code"})
# Other columns of a CSV file, which could not be told from attributes.
RESERVED = frozenset(FIELDS) - {"attributes"}

# The integers that JSON carries unharmed between programs (RFC 8259, section 6); a larger float is one that the
# database gives back with all its digits.
LARGEST_INTEGER = 2**53 - 1


def parse_attributes(attributes: Mapping[str, Value]) -> dict[str, Value]:
    """A client's attributes as they are stored; InvalidInput names what is wrong."""
    if len(attributes) > MAX_ATTRIBUTES:
        raise InvalidInput("attributes", ProblemCode.ATTRIBUTES_TOO_MANY, max_items=MAX_ATTRIBUTES)
    return {parse_attribute_name(name): _parse_value(name, value) for name, value in attributes.items()}


def parse_attribute_name(name: str) -> str:
    """The name as it is stored and as a placeholder has it, or InvalidInput."""
    try:
        parsed = parse_name(name)
    except InvalidInput as error:
        raise error.at("attributes") from None
    if parsed in RESERVED:
        raise InvalidInput("attributes", ProblemCode.ATTRIBUTE_NAME_RESERVED, name=parsed)
    return parsed


def _parse_value(name: str, value: Value) -> Value:
    if isinstance(value, str):
        require_storable("attributes", value)
        if len(value) > MAX_VALUE_LENGTH:
            raise InvalidInput(
                "attributes", ProblemCode.ATTRIBUTE_TOO_LONG, name=shorten(name), max_length=MAX_VALUE_LENGTH
            )
    elif abs(value) > LARGEST_INTEGER:
        raise InvalidInput(
            "attributes", ProblemCode.ATTRIBUTE_NUMBER_RANGE, name=shorten(name), largest=LARGEST_INTEGER
        )
    return value


def as_text(value: Value) -> str:
    """A value as it stands in a text and in CSV: text as it is, numbers and truth values as in JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def filling(phone: str, operator_code: str, attributes: Mapping[str, Value]) -> dict[str, str]:
    """Return what a text may take from someone with these values."""
    personal = {name: as_text(value) for name, value in attributes.items()}
    return personal | {"phone": phone, "operator_code": operator_code}


class Recipient(Protocol):
    """Anyone whose values fill a text."""

    @property
    def phone(self) -> str:
        """The phone."""

    @property
    def operator_code(self) -> str:
        """The mobile operator's code."""

    @property
    def attributes(self) -> Mapping[str, Value]:
        """Personal values by name."""


def values_of(client: Recipient) -> dict[str, str]:
    """Return what a text may take from a client."""
    return filling(client.phone, client.operator_code, client.attributes)


def learn(connection: Connection, names: Collection[str]) -> None:
    """Make names known."""
    if names:
        rows = [{"name": name} for name in sorted(names)]
        connection.execute(insert(attribute).values(rows).on_conflict_do_nothing())


def known(connection: Connection) -> list[str]:
    """The names that some client has or had, in order."""
    return list(connection.execute(select(attribute.c.name).order_by(attribute.c.name)).scalars())


def require_known(connection: Connection, text: str) -> None:
    """InvalidInput for a text with a placeholder that no client could fill and that has no default."""
    needed = {each.name for each in Template.parse(text).placeholders if each.default is None} - BUILT_IN
    found = connection.execute(select(attribute.c.name).where(attribute.c.name.in_(needed))).scalars()
    if unknown := sorted(needed.difference(found)):
        raise InvalidInput("text", ProblemCode.ATTRIBUTES_UNKNOWN, names=unknown)
