"""Changes of the tags of stored clients: replace all tags of one client, or add and remove tags of many."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from notifications.clients.client import Client
from notifications.clients.tags import assignment
from notifications.clients.tags.names import MAX_TAGS, tag_key
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode

# A client that would have too many tags keeps those that it has: nothing is added or removed.
_CHANGE = text("""
    WITH given AS (SELECT unnest(CAST(:client_ids AS bigint[])) AS id),
    other AS (
        SELECT client_id, count(*) AS n FROM client_tag
        WHERE client_id = ANY(CAST(:client_ids AS bigint[]))
          AND tag_id <> ALL(CAST(:add AS int[])) AND tag_id <> ALL(CAST(:remove AS int[]))
        GROUP BY client_id
    ),
    new_tag AS (SELECT id FROM tag WHERE id = ANY(CAST(:add AS int[]))),
    allowed AS (
        SELECT given.id FROM given LEFT JOIN other ON other.client_id = given.id
        WHERE COALESCE(other.n, 0) + (SELECT count(*) FROM new_tag) <= :max_tags
           OR NOT EXISTS (SELECT FROM new_tag)
    ),
    removed AS (
        DELETE FROM client_tag USING allowed
        WHERE client_id = allowed.id AND tag_id = ANY(CAST(:remove AS int[]))
        RETURNING client_id
    ),
    added AS (
        INSERT INTO client_tag (client_id, tag_id)
        SELECT allowed.id, new_tag.id FROM allowed CROSS JOIN new_tag ORDER BY allowed.id, new_tag.id
        ON CONFLICT DO NOTHING RETURNING client_id
    ),
    changed AS (
        UPDATE client SET updated_at = :now
        WHERE id IN (SELECT client_id FROM removed UNION SELECT client_id FROM added)
        RETURNING id
    )
    SELECT (SELECT count(*) FROM changed) AS changed,
           (SELECT count(*) FROM given) - (SELECT count(*) FROM allowed) AS refused
""")


@dataclass(frozen=True, slots=True)
class Changed:
    """Numbers of clients whose tags have changed, and of those who would have more than `MAX_TAGS`."""

    changed: int
    refused: int


def add_and_remove(
    connection: Connection, client_ids: Sequence[int], *, add: Collection[int], remove: Collection[int], now: datetime
) -> Changed:
    """Add and remove tags of locked clients, by one statement. Tags that no longer exist are left out.

    Args:
        add, remove: ids of tags, none in both.
    """
    values = {"client_ids": list(client_ids), "add": list(add), "remove": list(remove)}
    row = connection.execute(_CHANGE, {**values, "max_tags": MAX_TAGS, "now": now}).one()
    return Changed(row.changed, row.refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class TagChange:
    """Change of a client's tags, by name.

    Attributes:
        replaced_by: all tags of the client; None to keep those that it has.
        added, removed: tags to add and to remove, none in both.
    """

    replaced_by: Collection[str] | None = None
    added: Collection[str] = ()
    removed: Collection[str] = ()


def apply(connection: Connection, client: Client, change: TagChange, *, now: datetime) -> bool:
    """Change the tags of a locked client. Return True if it has other tags than before.

    Raises:
        InvalidInput: the client would have more than `MAX_TAGS` tags.
    """
    if change.replaced_by is not None:
        own = assignment.get_or_create(connection, change.replaced_by).values()
        assignment.assign(connection, {client.id: set(own)})
        return _keys(change.replaced_by) != _keys(client.tags)
    if not (change.added or change.removed):
        return False
    added = {each.id for each in assignment.get_or_create(connection, change.added).values()}
    removed = assignment.find(connection, change.removed)
    done = add_and_remove(connection, [client.id], add=added, remove=removed, now=now)
    if done.refused:
        raise InvalidInput("add_tags", ProblemCode.TAGS_TOO_MANY, max_items=MAX_TAGS)
    return done.changed > 0


def _keys(names: Iterable[str]) -> set[str]:
    return set(map(tag_key, names))
