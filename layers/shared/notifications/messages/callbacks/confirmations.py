"""Confirmations of opt-outs by reply: messages outside mailings that are sent although the person has opted out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from notifications.contracts.enumerations import Category, MessageKind, OnUnknown

# Time after which an unsent confirmation expires: a late one would only disturb.
LIFETIME = timedelta(minutes=15)

# The unique key on the reply keeps a second confirmation of the same opt-out away.
_CREATE = text("""
    WITH direct AS (
        INSERT INTO direct_message (kind, phone, text, on_unknown, category, ends_at, created_at, reply_id)
        SELECT :kind, phone, :text, :on_unknown, :category, :ends_at, :now, id FROM reply
        WHERE id = ANY(CAST(:reply_ids AS bigint[]))
        ORDER BY id
        ON CONFLICT (reply_id) WHERE reply_id IS NOT NULL DO NOTHING
        RETURNING message_id
    )
    INSERT INTO message (id, schedule_version, status, since, due_at, closes_at)
    OVERRIDING SYSTEM VALUE
    SELECT message_id, 0, 'pending', :now, :now, :ends_at FROM direct
""")


def create(connection: Connection, reply_ids: Sequence[int], *, text: str, now: datetime) -> None:
    """Store a confirmation of each reply that has opted its person out, due now, unless the reply has one already.

    A confirmation whose outcome is unknown is not sent again.

    Args:
        reply_ids: replies that this transaction has stored, after it has looked for erased people.
    """
    if not reply_ids:
        return
    values = {
        "kind": MessageKind.CONFIRMATION,
        "text": text,
        "on_unknown": OnUnknown.HOLD,
        "category": Category.SERVICE,
        "ends_at": now + LIFETIME,
        "now": now,
        "reply_ids": list(reply_ids),
    }
    connection.execute(_CREATE, values)
