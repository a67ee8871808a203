"""Names of attributes: all names in use are rows of a table, so that a text is checked without reading clients.

See docs/decisions/0005-known-attributes.md.
"""

from collections.abc import Collection

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from notifications.clients.attributes.values import BUILT_IN
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.database.tables import attribute
from notifications.texts.placeholders import Template


def register(connection: Connection, names: Collection[str]) -> None:
    """Store new attribute names."""
    if names:
        rows = [{"name": name} for name in sorted(names)]
        connection.execute(insert(attribute).values(rows).on_conflict_do_nothing())


def known_names(connection: Connection) -> list[str]:
    """List the attribute names that any client has or had, sorted."""
    return list(connection.execute(select(attribute.c.name).order_by(attribute.c.name)).scalars())


def require_known_placeholders(connection: Connection, text: str) -> None:
    """Check that every placeholder without a default is a known attribute.

    Raises:
        InvalidInput: some placeholders are not.
    """
    needed = {each.name for each in Template.parse(text).placeholders if each.default is None} - BUILT_IN
    found = connection.execute(select(attribute.c.name).where(attribute.c.name.in_(needed))).scalars()
    if unknown := sorted(needed.difference(found)):
        raise InvalidInput("text", ProblemCode.ATTRIBUTES_UNKNOWN, names=unknown)
