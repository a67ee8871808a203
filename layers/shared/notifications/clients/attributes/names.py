"""Names of attributes: all names in use are rows of a table, so that a text is checked without reading clients.

See docs/decisions/0005-known-attributes.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text

from notifications.clients.attributes.values import BUILT_IN, type_of
from notifications.clients.client import Value
from notifications.contracts.enumerations import AttributeType
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.database.keyset import Key, Order
from notifications.database.rows import columns_of
from notifications.database.tables import attribute
from notifications.texts.placeholders import Template

ORDERS = {
    "name": Order([attribute.c.name]),
    "-name": Order([attribute.c.name], descending=True),
}

# Stores the names and types of `used (name, type)`, and takes back that a name is unused. It locks no name that is
# stored like that already: clients are created at the same time.
REGISTER_SQL = """
    INSERT INTO attribute AS known (name, types)
    SELECT name, array_agg(DISTINCT type) AS types FROM used GROUP BY name
    HAVING NOT EXISTS (
        SELECT FROM attribute AS stored
        WHERE stored.name = used.name AND stored.unused_since IS NULL AND stored.types @> array_agg(used.type)
    )
    ORDER BY name
    ON CONFLICT (name) DO UPDATE SET
        types = ARRAY(SELECT unnest(known.types) UNION SELECT unnest(excluded.types) ORDER BY 1), unused_since = NULL
"""
_USED = "WITH used (name, type) AS (SELECT * FROM unnest(CAST(:names AS text[]), CAST(:types AS text[])))"
_REGISTER = text(f"{_USED} {REGISTER_SQL}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A name of attributes, and the types of their values."""

    name: str
    types: Sequence[AttributeType]


def register(connection: Connection, used: Iterable[Mapping[str, Value]]) -> None:
    """Store the names and types of clients' attributes, in the transaction that stores the clients."""
    pairs = {(name, type_of(value)) for attributes in used for name, value in attributes.items()}
    if pairs:
        names, types = zip(*sorted(pairs), strict=True)
        connection.execute(_REGISTER, {"names": list(names), "types": list(types)})


def page(
    connection: Connection, *, search: str | None, order: Order, after: Key | None, limit: int
) -> Sequence[Attribute]:
    """Return at most `limit` names with their types.

    Args:
        search: text that the names contain, in any case; None for all names.
    """
    query = select(*columns_of(Attribute, attribute))
    if search is not None:
        query = query.where(attribute.c.name.icontains(search, autoescape=True))
    return [Attribute(**row._mapping) for row in connection.execute(order.page(query, after=after, limit=limit))]


def known_names(connection: Connection) -> list[str]:
    """List the names in use, sorted. Some were in use until a few days ago."""
    return list(connection.execute(select(attribute.c.name).order_by(attribute.c.name)).scalars())


def require_known_placeholders(connection: Connection, text: str) -> None:
    """Check that every placeholder without a default is a known attribute.

    Raises:
        InvalidInput: some placeholders are not.
    """
    needed = {each.name for each in Template.parse(text).placeholders if each.default is None} - BUILT_IN
    found = connection.execute(select(attribute.c.name).where(attribute.c.name.in_(needed))).scalars()
    if unknown := sorted(needed.difference(found)):
        if similar := _differing_by_case(connection, unknown):
            raise InvalidInput("text", ProblemCode.ATTRIBUTES_MISSPELT, names=unknown, similar=similar)
        raise InvalidInput("text", ProblemCode.ATTRIBUTES_UNKNOWN, names=unknown)


def _differing_by_case(connection: Connection, names: Sequence[str]) -> list[str]:
    """Return the names in use that differ from the given ones by case only."""
    lowered = func.lower(attribute.c.name)
    query = select(attribute.c.name).where(lowered.in_([name.lower() for name in names])).order_by(attribute.c.name)
    return list(connection.execute(query).scalars())
