"""Stored replies: write new ones, find the newest word of a phone, read pages."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, select, text

from notifications.contracts.enumerations import ReplyEffect, ReplyKeyword
from notifications.database.keyset import Key, Order
from notifications.database.rows import columns_of
from notifications.database.tables import reply
from notifications.messages.callbacks.keywords import Keywords
from notifications.messages.callbacks.reply import Reply, StoredReply
from notifications.schedules.moments import as_text

ORDER = Order([reply.c.at, reply.c.id], descending=True)

# Held by a transaction that decides by stored replies what follows, so that none of them is missed.
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('notifications.replies'))")
_INSERT = text("""
    INSERT INTO reply (provider, webhook_id, position, phone, text, keyword, effect, at, received_at)
    SELECT provider, webhook_id, position, phone, text, keyword, :effect, at, :now
    FROM jsonb_populate_recordset(CAST(NULL AS reply), CAST(:rows AS jsonb))
    ON CONFLICT (provider, webhook_id, position) DO NOTHING
    RETURNING id
""")
_NEWEST = text("""
    SELECT DISTINCT ON (phone) id, phone, keyword, at FROM reply
    WHERE phone = ANY(CAST(:phones AS text[])) AND keyword IS NOT NULL
    ORDER BY phone, at DESC, (keyword = 'stop') DESC, id DESC
""")
_FOLLOWED = text("UPDATE reply SET effect = :effect WHERE id = ANY(CAST(:ids AS bigint[]))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A reply with a keyword."""

    id: int
    phone: str
    keyword: ReplyKeyword
    at: datetime


def lock(connection: Connection) -> None:
    """Wait for the transaction of another receiver, which sees the replies of this one or is seen by it."""
    connection.execute(_LOCK)


def insert(connection: Connection, replies: Sequence[Reply], keywords: Keywords, *, now: datetime) -> set[int]:
    """Store the replies that are not stored yet, and return their ids."""
    rows = [asdict(each) | {"at": as_text(each.at), "keyword": keywords.find(each.text)} for each in replies]
    values = {"rows": json.dumps(rows), "effect": ReplyEffect.NOTHING, "now": now}
    return set(connection.execute(_INSERT, values).scalars())


def newest_words(connection: Connection, phones: Sequence[str]) -> Sequence[Word]:
    """Return the newest keyword of each phone that has sent one."""
    rows = connection.execute(_NEWEST, {"phones": list(phones)})
    return [Word(**{**row._mapping, "keyword": ReplyKeyword(row.keyword)}) for row in rows]


def save_effects(connection: Connection, ids: Mapping[ReplyEffect, Sequence[int]]) -> None:
    """Store what followed replies, by effect."""
    for effect, found in ids.items():
        if found:
            connection.execute(_FOLLOWED, {"effect": effect, "ids": list(found)})


def page(
    connection: Connection, *, order: Order, after: Key | None, limit: int, phone: str | None = None
) -> Sequence[StoredReply]:
    """Return at most `limit` replies. `phone` None: of anybody."""
    query = select(*columns_of(StoredReply, reply))
    if phone is not None:
        query = query.where(reply.c.phone == phone)
    return [
        StoredReply(
            **{
                **row._mapping,
                "keyword": None if row.keyword is None else ReplyKeyword(row.keyword),
                "effect": ReplyEffect(row.effect),
            }
        )
        for row in connection.execute(order.page(query, after=after, limit=limit))
    ]
