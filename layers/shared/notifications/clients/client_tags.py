"""The tags that clients carry: made when they are first named, and put on a client."""

from collections.abc import Collection

from sqlalchemy import Connection, delete, literal, select, text
from sqlalchemy.dialects.postgresql import insert

from notifications.clients.tag_names import tag_key
from notifications.database.tables import client_tag, tag

_ADD = text("""
    INSERT INTO tag (name, key)
    SELECT name, key FROM unnest(CAST(:names AS text[]), CAST(:keys AS text[])) AS given (name, key)
    ORDER BY key
    ON CONFLICT (key) DO NOTHING
""")


def add(connection: Connection, names: Collection[str]) -> None:
    """Have these tags exist; one that is there keeps the case it has."""
    keys = {tag_key(name): name for name in names}
    if keys:
        connection.execute(_ADD, {"names": list(keys.values()), "keys": list(keys)})


def assign(connection: Connection, client_id: int, names: Collection[str]) -> None:
    """Have a client carry these tags and no others."""
    add(connection, names)
    wanted = select(tag.c.id).where(tag.c.key.in_([tag_key(name) for name in names]))
    mine = client_tag.c.client_id == client_id
    connection.execute(delete(client_tag).where(mine, client_tag.c.tag_id.not_in(wanted)))
    pairs = wanted.add_columns(literal(client_id))
    connection.execute(insert(client_tag).from_select(["tag_id", "client_id"], pairs).on_conflict_do_nothing())
