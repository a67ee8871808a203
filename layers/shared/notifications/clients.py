"""Clients as rows: read, page, change, delete, and the one set-based upsert behind create and import."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, select, text, update

from notifications import audience, lifecycle
from notifications.contacts import tag_key
from notifications.errors import Conflict, NotFound
from notifications.tables import client, client_tag, tag


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClient:
    """A client to be stored; every value is in the form that `contacts` gives."""

    phone: str
    operator_code: str
    timezone: str
    tags: Sequence[str] = field(default=())


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
    return select(client.c.id, client.c.phone, client.c.operator_code, client.c.timezone, _tags)


def get(connection: Connection, phone: str) -> Row[Any]:
    """The client with a phone, or NotFound."""
    row = connection.execute(_select().where(client.c.phone == phone)).one_or_none()
    if row is None:
        raise NotFound(f"there is no client {phone}")
    return row


def page(
    connection: Connection,
    *,
    after: int,
    limit: int,
    tag: str | None = None,
    operator_code: str | None = None,
    timezone: str | None = None,
    search: str | None = None,
) -> Sequence[Row[Any]]:
    """At most `limit` clients with an id above `after`, by id. `search` is the beginning of a phone."""
    conditions = audience.matching(tags=[tag] if tag else [], operator_codes=[operator_code] if operator_code else [])
    if timezone:
        conditions.append(client.c.timezone == timezone)
    if search:
        conditions.append(client.c.phone.startswith(search, autoescape=True))
    query = _select().where(client.c.id > after, *conditions).order_by(client.c.id).limit(limit)
    return connection.execute(query).all()


def create(connection: Connection, new: NewClient) -> Row[Any]:
    """Store a new client, or Conflict if the phone is taken."""
    taken = connection.execute(select(client.c.id).where(client.c.phone == new.phone)).one_or_none()
    if taken or not upsert(connection, [new]).created:
        raise Conflict(f"there is a client {new.phone} already")
    return get(connection, new.phone)


def change(connection: Connection, phone: str, *, values: dict[str, str], tags: Collection[str] | None) -> Row[Any]:
    """Change the named columns of a client and, if given, the tags."""
    row = get(connection, phone)
    connection.execute(update(client).where(client.c.id == row.id).values(**values, updated_at=func.now()))
    if tags is not None:
        _set_tags(connection, {row.id: tags})
    return get(connection, values.get("phone", phone))


def remove(connection: Connection, phone: str, *, now: datetime) -> None:
    """Delete a client; what still waits for the client is cancelled, what was sent stays in its mailings' account."""
    row = get(connection, phone)
    lifecycle.withdraw(connection, row.id, now=now)
    connection.execute(delete(client).where(client.c.id == row.id))


@dataclass(frozen=True, slots=True)
class Upserted:
    """How many clients an upsert created and how many it updated."""

    created: int
    updated: int


_UPSERT = """
    INSERT INTO client (phone, operator_code, timezone)
    SELECT phone, operator_code, timezone
    FROM unnest(CAST(:phones AS text[]), CAST(:operator_codes AS text[]), CAST(:timezones AS text[]))
        AS given (phone, operator_code, timezone)
    ORDER BY phone
    ON CONFLICT (phone) DO UPDATE
        SET operator_code = excluded.operator_code, timezone = excluded.timezone, updated_at = now()
    RETURNING id, phone, xmax = 0 AS created
"""


def upsert(connection: Connection, clients: Sequence[NewClient]) -> Upserted:
    """Store clients by phone, each phone at most once: new ones are created, known ones take the new values."""
    values = {
        "phones": [new.phone for new in clients],
        "operator_codes": [new.operator_code for new in clients],
        "timezones": [new.timezone for new in clients],
    }
    saved = connection.execute(text(_UPSERT), values).all()
    tags = {new.phone: new.tags for new in clients}
    _set_tags(connection, {row.id: tags[row.phone] for row in saved})
    created = sum(row.created for row in saved)
    return Upserted(created=created, updated=len(saved) - created)


_ADD_TAGS = """
    INSERT INTO tag (name, key)
    SELECT name, key FROM unnest(CAST(:names AS text[]), CAST(:keys AS text[])) AS given (name, key)
    ORDER BY key
    ON CONFLICT (key) DO NOTHING
"""

_REPLACE_TAGS = """
    WITH wanted AS (
        SELECT DISTINCT given.client_id, tag.id AS tag_id
        FROM unnest(CAST(:client_ids AS bigint[]), CAST(:keys AS text[])) AS given (client_id, key)
        JOIN tag ON tag.key = given.key
    ),
    dropped AS (
        DELETE FROM client_tag AS old
        WHERE old.client_id = ANY(CAST(:all_client_ids AS bigint[]))
          AND NOT EXISTS (SELECT FROM wanted WHERE wanted.client_id = old.client_id AND wanted.tag_id = old.tag_id)
    )
    INSERT INTO client_tag (client_id, tag_id)
    SELECT client_id, tag_id FROM wanted ORDER BY client_id, tag_id
    ON CONFLICT DO NOTHING
"""


def _set_tags(connection: Connection, tags: dict[int, Collection[str]]) -> None:
    names = {tag_key(name): name for given in tags.values() for name in given}
    if names:
        connection.execute(text(_ADD_TAGS), {"names": list(names.values()), "keys": list(names)})
    pairs = [(client_id, tag_key(name)) for client_id, given in tags.items() for name in given]
    connection.execute(
        text(_REPLACE_TAGS),
        {
            "client_ids": [client_id for client_id, _ in pairs],
            "keys": [key for _, key in pairs],
            "all_client_ids": list(tags),
        },
    )
