"""Changes of the tags of stored clients: replace all tags of one client, or add and remove tags of many."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from notifications.clients.client import Client
from notifications.clients.tags import assignment
from notifications.clients.tags.names import MAX_TAGS, tag_key
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.database import statements

_ADD_AND_REMOVE = statements.load(Path(__file__).with_name("add_and_remove.sql"))


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
    row = connection.execute(_ADD_AND_REMOVE, {**values, "max_tags": MAX_TAGS, "now": now}).one()
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
