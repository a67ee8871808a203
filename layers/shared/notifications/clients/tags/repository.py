"""Tags: read with their client counts, create, delete."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from notifications.clients.tags.names import tag_key
from notifications.contracts.enumerations import CHANGEABLE_STATUSES
from notifications.contracts.errors import Conflict, NotFound
from notifications.contracts.problem_codes import ProblemCode
from notifications.database.keyset import Key, Order
from notifications.database.tables import client_tag, mailing, tag

_length = func.char_length(tag.c.key).label("length")
ORDERS = {
    "name": Order([tag.c.key]),
    "-name": Order([tag.c.key], descending=True),
    "length": Order([_length, tag.c.key]),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A label on clients.

    Attributes:
        key: the name without case, by which tags are compared.
        length: characters of the key.
        clients: number of clients with the tag.
    """

    id: int
    key: str
    length: int
    name: str
    clients: int


_clients = (
    select(func.count()).select_from(client_tag).where(client_tag.c.tag_id == tag.c.id).scalar_subquery()
)  # fmt: skip


def _select() -> Select[Any]:
    return select(tag.c.id, tag.c.key, _length, tag.c.name, _clients.label("clients"))


def get(connection: Connection, name: str) -> Tag:
    """Return the tag with the same key as a name.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(_select().where(tag.c.key == tag_key(name))).one_or_none()
    if row is None:
        raise NotFound(ProblemCode.TAG_NOT_FOUND, tag=name)
    return Tag(**row._mapping)


def page(connection: Connection, *, search: str | None, order: Order, after: Key | None, limit: int) -> Sequence[Tag]:
    """Return at most `limit` tags.

    Args:
        search: text that the names contain, in any case; None for all tags.
    """
    query = _select()
    if search is not None:
        query = query.where(tag.c.key.contains(tag_key(search), autoescape=True))
    return [Tag(**row._mapping) for row in connection.execute(order.page(query, after=after, limit=limit))]


def create(connection: Connection, name: str) -> Tag:
    """Store a new tag.

    Raises:
        Conflict: there is a tag with the same key.
    """
    query = insert(tag).values(name=name, key=tag_key(name)).on_conflict_do_nothing().returning(tag.c.id)
    if connection.execute(query).one_or_none() is None:
        raise Conflict(ProblemCode.TAG_EXISTS, tag=name)
    return get(connection, name)


def remove(connection: Connection, old: Tag) -> None:
    """Delete a tag, and remove it from its clients.

    Raises:
        Conflict: an unfinished mailing filters on it.
    """
    if mailing_id := _using_mailing(connection, old.key):
        raise Conflict(ProblemCode.TAG_IN_USE, tag=old.name, mailing_id=mailing_id)
    connection.execute(delete(client_tag).where(client_tag.c.tag_id == old.id))
    connection.execute(delete(tag).where(tag.c.id == old.id))


def _using_mailing(connection: Connection, key: str) -> int | None:
    query = select(mailing.c.id, mailing.c.filter_tags).where(
        mailing.c.status.in_(CHANGEABLE_STATUSES), mailing.c.deleted_at.is_(None), mailing.c.filter_tags != []
    )
    filtering = (row.id for row in connection.execute(query) if key in map(tag_key, row.filter_tags))
    return next(filtering, None)
