"""Receipts of messages that the database does not know, such as those of a restored database: kept for a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from notifications.message_state.deliveries import receipt_json
from notifications.message_state.deliveries.applying import Applied, apply
from notifications.message_state.deliveries.receipts import Receipt

KEPT = timedelta(days=1)

_KEEP = text("""
    INSERT INTO early_receipt (provider, message_id, receipt, received_at)
    SELECT receipt->>'provider', CAST(receipt->>'message_id' AS bigint), receipt, :now
    FROM jsonb_array_elements(CAST(:receipts AS jsonb)) AS given (receipt)
    ON CONFLICT DO NOTHING
""")
_TAKE = text("""
    DELETE FROM early_receipt WHERE id = ANY(ARRAY(
        SELECT id FROM early_receipt AS early
        WHERE EXISTS (SELECT FROM message WHERE message.id = early.message_id)
        ORDER BY id LIMIT :at_most FOR UPDATE SKIP LOCKED
    )) RETURNING receipt
""")
_DROP = text("""
    DELETE FROM early_receipt WHERE id = ANY(ARRAY(
        SELECT id FROM early_receipt WHERE received_at < :before ORDER BY received_at LIMIT :at_most
    ))
""")


def keep(connection: Connection, receipts: Sequence[Receipt], *, now: datetime) -> None:
    """Keep receipts of unknown messages, each once."""
    if receipts:
        connection.execute(_KEEP, {"receipts": receipt_json.to_json(receipts), "now": now})


def apply_kept(connection: Connection, *, now: datetime, at_most: int) -> tuple[list[Receipt], Applied]:
    """Apply kept receipts of messages that are known by now, and return them with the result."""
    taken = connection.execute(_TAKE, {"at_most": at_most}).scalars()
    receipts = [receipt_json.from_value(each) for each in taken]
    return receipts, apply(connection, receipts, now=now)


def drop_old(connection: Connection, *, now: datetime, at_most: int) -> int:
    """Drop receipts that were kept for `KEPT`, and return their number."""
    return connection.execute(_DROP, {"before": now - KEPT, "at_most": at_most}).rowcount
