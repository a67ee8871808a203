"""Tags of clients: create those that do not exist, and replace the tags of clients."""

import json
from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, text

from notifications.clients.tags.names import tag_key

_ADD = text("""
    INSERT INTO tag (name, key)
    SELECT name, key FROM unnest(CAST(:names AS text[]), CAST(:keys AS text[])) AS given (name, key)
    ORDER BY key
    ON CONFLICT (key) DO NOTHING
""")
_FIND = text("SELECT id, name, key FROM tag WHERE key = ANY(CAST(:keys AS text[])) ORDER BY key")
_DELETE_OTHERS = text("""
    DELETE FROM client_tag
    USING jsonb_to_recordset(CAST(:wanted AS jsonb)) AS wanted (client_id bigint, tag_ids int[])
    WHERE client_tag.client_id = wanted.client_id AND client_tag.tag_id <> ALL(wanted.tag_ids)
""")
_INSERT = text("""
    INSERT INTO client_tag (client_id, tag_id)
    SELECT client_id, unnest(tag_ids) AS tag_id
    FROM jsonb_to_recordset(CAST(:wanted AS jsonb)) AS wanted (client_id bigint, tag_ids int[])
    ORDER BY client_id, tag_id
    ON CONFLICT DO NOTHING
""")


class StoredTag(NamedTuple):
    """A stored tag. Tags sort in the database's order of their keys, which `position` holds."""

    position: int
    id: int
    name: str


def get_or_create(connection: Connection, names: Collection[str]) -> Mapping[str, StoredTag]:
    """Return the tags by the given names. Create missing ones; existing ones keep the case of their names."""
    if not names:
        return {}
    keys = {name: tag_key(name) for name in names}
    new = {key: name for name, key in keys.items()}
    connection.execute(_ADD, {"names": list(new.values()), "keys": list(new)})
    rows = connection.execute(_FIND, {"keys": list(new)})
    found = {row.key: StoredTag(position, row.id, row.name) for position, row in enumerate(rows)}
    return {name: found[key] for name, key in keys.items()}


def find(connection: Connection, names: Collection[str]) -> list[int]:
    """Return the ids of the tags that exist, in the order of their keys."""
    return [row.id for row in connection.execute(_FIND, {"keys": [tag_key(name) for name in names]})]


def assign(connection: Connection, tags: Mapping[int, Collection[StoredTag]]) -> None:
    """Replace the tags of clients.

    Args:
        tags: the new tags by client id.
    """
    # JSON, since the driver is slow to encode large arrays.
    wanted = json.dumps([{"client_id": id_, "tag_ids": [each.id for each in own]} for id_, own in tags.items()])
    for statement in (_DELETE_OTHERS, _INSERT):
        connection.execute(statement, {"wanted": wanted})
