"""Clients: read, page, create, change, delete."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    Select,
    Text,
    column,
    delete,
    func,
    literal,
    select,
    update,
)

from notifications import message_state
from notifications.clients.attributes import names as attribute_names
from notifications.clients.audience.selection import Selection
from notifications.clients.client import Client, ClientData, NewClient
from notifications.clients.phones import operator_code_of
from notifications.clients.tags import changes as tag_changes
from notifications.clients.tags.changes import TagChange
from notifications.clients.tags.names import tag_key
from notifications.contracts.errors import Conflict, NotFound
from notifications.contracts.problem_codes import ProblemCode
from notifications.database import statements
from notifications.database.keyset import Key, Order
from notifications.database.rows import columns_of, read_many
from notifications.database.tables import client, client_default_timezone, client_tag, tag
from notifications.events.audit import Author

# Columns of the client table that a caller gives. Tags are rows of another one.
COLUMNS = [each.name for each in columns_of(ClientData, client)]
ORDERS = {
    "id": Order([client.c.id]),
    "-id": Order([client.c.id], descending=True),
    "phone": Order([client.c.phone]),
    "-phone": Order([client.c.phone], descending=True),
    "updated_at": Order([client.c.updated_at, client.c.id]),
    "-updated_at": Order([client.c.updated_at, client.c.id], descending=True),
}


_tags = (
    func.array(
        select(tag.c.name)
        .join(client_tag, client_tag.c.tag_id == tag.c.id)
        .where(client_tag.c.client_id == client.c.id)
        .order_by(tag.c.key)
        .scalar_subquery()
    )
    .label("tags")
)  # fmt: skip


def _select() -> Select[Any]:
    return select(*columns_of(Client, client), _tags)


def find(connection: Connection, phone: str, *, lock: bool = False) -> Client | None:
    """Return the client with a phone, or None.

    Args:
        lock: lock its row until the transaction ends.
    """
    query = _select().where(client.c.phone == phone)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else Client(**row._mapping)


def get(connection: Connection, phone: str, *, lock: bool = False) -> Client:
    """Return the client with a phone.

    Args:
        lock: lock its row until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    found = find(connection, phone, lock=lock)
    if found is None:
        raise NotFound(ProblemCode.CLIENT_NOT_FOUND, phone=phone)
    return found


def lock(connection: Connection, phones: Sequence[str]) -> dict[str, Client]:
    """Lock clients until the transaction ends, and return them by phone."""
    query = _select().where(client.c.phone == func.any(literal(phones, ARRAY(Text)))).order_by(client.c.phone)
    # FOR NO KEY UPDATE: rows that refer to a client's id may still be inserted.
    rows = read_many(connection, query.with_for_update(of=client, key_share=True))
    return {row["phone"]: Client(**row | _moments(row)) for row in rows}


def _moments(row: Mapping[str, Any]) -> dict[str, datetime]:
    """Return the times of a row that the server sent as JSON."""
    return {name: datetime.fromisoformat(row[name]) for name in ("created_at", "updated_at")}


def page(
    connection: Connection, selection: Selection, *, order: Order, after: Key | None, limit: int
) -> Sequence[Client]:
    """Return at most `limit` of the selected clients."""
    query = _select().where(*selection.conditions(connection))
    return [Client(**row._mapping) for row in connection.execute(order.page(query, after=after, limit=limit))]


_CREATE = statements.load(
    Path(__file__).with_name("create_client.sql"),
    columns=", ".join(COLUMNS),
    register=attribute_names.REGISTER_SQL,
).columns(*columns_of(Client, client), column("tags"))


def create(connection: Connection, new: NewClient, *, author: Author, now: datetime) -> Client:
    """Store a new client and its audit entry, by one statement.

    Raises:
        Conflict: the phone is taken.
    """
    names = {tag_key(name): name for name in new.tags}
    values = {
        "client": json.dumps(new.merged_into(None, columns=(), tags=new.tags).as_json()),
        "has_default_timezone": new.has_default_timezone,
        "keys": list(names),
        "names": list(names.values()),
        "now": now,
        **asdict(author),
    }
    row = connection.execute(_CREATE, values).one_or_none()
    if row is None:
        raise Conflict(ProblemCode.CLIENT_EXISTS, phone=new.phone)
    return Client(**row._mapping)


def change(connection: Connection, old: Client, values: Mapping[str, Any], *, tags: TagChange, now: datetime) -> Client:
    """Change a locked client. Its waiting messages follow. A change to the same values is none.

    A new phone also changes an operator code that was derived from the old one, unless `values` has a code. A new time
    zone makes the dispatcher find new due times.

    Args:
        values: the new values by column. An operator code of None is derived from the phone.

    Raises:
        Conflict: the new phone is taken.
        InvalidInput: the client would have more than `MAX_TAGS` tags.
    """
    phone = values.get("phone", old.phone)
    if values.get("operator_code", old.given_operator_code) is None:
        values = {**values, "operator_code": operator_code_of(phone)}
    if phone != old.phone and connection.execute(select(client.c.id).where(client.c.phone == phone)).one_or_none():
        raise Conflict(ProblemCode.CLIENT_EXISTS, phone=phone)
    new = {name: value for name, value in values.items() if json.dumps(value) != json.dumps(getattr(old, name))}
    is_retagged = tag_changes.apply(connection, old, tags, now=now)
    if new or is_retagged:
        connection.execute(update(client).where(client.c.id == old.id).values(**new, updated_at=now))
    attribute_names.register(connection, [new.get("attributes", {})])
    if values.get("timezone") is not None:
        forget_default_timezones(connection, [old.id])
    if new.get("timezone") is not None:
        message_state.unschedule(connection, [old.id], now=now)
    return get(connection, phone)


def forget_default_timezones(connection: Connection, client_ids: Collection[int]) -> None:
    """Take back that the clients have the default time zone: theirs was given."""
    ids = literal(list(client_ids), ARRAY(BigInteger))
    connection.execute(delete(client_default_timezone).where(client_default_timezone.c.client_id == func.any(ids)))


def remove(connection: Connection, ids: Sequence[int], *, now: datetime) -> int:
    """Delete clients and cancel their waiting messages. Sent ones still count in statistics.

    Returns:
        The number of clients.
    """
    message_state.cancel_for_clients(connection, ids, now=now)
    return connection.execute(delete(client).where(client.c.id == func.any(literal(ids, ARRAY(BigInteger))))).rowcount
