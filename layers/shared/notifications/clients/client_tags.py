"""Tags that clients carry: created when they are first named, and put on a client."""

import json
from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, text

from notifications.clients.tag_names import tag_key

_ADD = text("""
    INSERT INTO tag (name, key)
    SELECT name, key FROM unnest(CAST(:names AS text[]), CAST(:keys AS text[])) AS given (name, key)
    ORDER BY key
    ON CONFLICT (key) DO NOTHING
""")
_FIND = text("SELECT id, name, key FROM tag WHERE key = ANY(CAST(:keys AS text[])) ORDER BY key")
_TAKE_OFF = text("""
    DELETE FROM client_tag
    USING jsonb_to_recordset(CAST(:wanted AS jsonb)) AS wanted (client_id bigint, tag_ids int[])
    WHERE client_tag.client_id = wanted.client_id AND client_tag.tag_id <> ALL(wanted.tag_ids)
""")
_PUT_ON = text("""
    INSERT INTO client_tag (client_id, tag_id)
    SELECT client_id, unnest(tag_ids) AS tag_id
    FROM jsonb_to_recordset(CAST(:wanted AS jsonb)) AS wanted (client_id bigint, tag_ids int[])
    ORDER BY client_id, tag_id
    ON CONFLICT DO NOTHING
""")


class StoredTag(NamedTuple):
    """A tag that exists; tags sort in the order in which the database compares them."""

    position: int
    id: int
    name: str


def ensure(connection: Connection, names: Collection[str]) -> Mapping[str, StoredTag]:
    """Return the tags with these names, by the names as given; create those that do not exist.

    A tag that exists keeps the case of its name.
    """
    if not names:
        return {}
    keys = {name: tag_key(name) for name in names}
    new = {key: name for name, key in keys.items()}
    connection.execute(_ADD, {"names": list(new.values()), "keys": list(new)})
    rows = connection.execute(_FIND, {"keys": list(new)})
    found = {row.key: StoredTag(position, row.id, row.name) for position, row in enumerate(rows)}
    return {name: found[key] for name, key in keys.items()}


def assign(connection: Connection, tags: Mapping[int, Collection[StoredTag]]) -> None:
    """Have clients carry these tags and no others.

    Args:
        tags: by the id of the client.
    """
    # JSON, since the driver takes long to write a large array.
    wanted = json.dumps([{"client_id": id_, "tag_ids": [each.id for each in own]} for id_, own in tags.items()])
    for statement in (_TAKE_OFF, _PUT_ON):
        connection.execute(statement, {"wanted": wanted})
