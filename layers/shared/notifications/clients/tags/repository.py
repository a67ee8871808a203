"""Tags: read with their client counts, create, rename, delete."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, delete, exists, func, select, update
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


def find(connection: Connection, tag_id: int) -> Tag | None:
    """Return the tag with an id, or None."""
    row = connection.execute(_select().where(tag.c.id == tag_id)).one_or_none()
    return None if row is None else Tag(**row._mapping)


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


def rename(connection: Connection, old: Tag, name: str, *, following: Sequence[int]) -> Tag:
    """Give a tag another name.

    Args:
        following: ids of the locked mailings whose filter gets the new name.

    Raises:
        Conflict: another tag has the name.
    """
    key = tag_key(name)
    if key != old.key and connection.execute(select(tag.c.id).where(tag.c.key == key)).one_or_none():
        raise Conflict(ProblemCode.TAG_EXISTS, tag=name)
    connection.execute(update(tag).where(tag.c.id == old.id).values(name=name, key=key))
    query = select(mailing.c.id, mailing.c.filter_tags).where(mailing.c.id.in_(following))
    for row in connection.execute(query).all():
        renamed = dict.fromkeys(name if tag_key(each) in {old.key, key} else each for each in row.filter_tags)
        connection.execute(update(mailing).where(mailing.c.id == row.id).values(filter_tags=list(renamed)))
    return get(connection, name)


def remove(connection: Connection, tag_id: int) -> None:
    """Delete a tag that no client has."""
    connection.execute(delete(tag).where(tag.c.id == tag_id))


def has_clients(connection: Connection, tag_id: int) -> bool:
    """Return True if any client has the tag."""
    return connection.execute(select(exists().where(client_tag.c.tag_id == tag_id))).scalar_one()


def require_unused(connection: Connection, old: Tag) -> None:
    """Raise Conflict if an unfinished mailing filters on a tag."""
    if mailing_ids := mailings_using(connection, old.key):
        raise Conflict(ProblemCode.TAG_IN_USE, tag=old.name, mailing_id=mailing_ids[0])


def mailings_using(connection: Connection, key: str) -> Sequence[int]:
    """Return the ids of the unfinished mailings that filter on the tag with a key."""
    query = select(mailing.c.id, mailing.c.filter_tags).where(
        mailing.c.status.in_(CHANGEABLE_STATUSES), mailing.c.deleted_at.is_(None), mailing.c.filter_tags != []
    )
    rows = connection.execute(query.order_by(mailing.c.id))
    return [row.id for row in rows if key in map(tag_key, row.filter_tags)]
