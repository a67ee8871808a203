"""What the queue gave up on, as rows."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.postgresql import insert

from notifications.contracts.reasons import Reason
from notifications.database.keyset import Key, Order
from notifications.database.tables import dead_letter, message

ORDERS = {"id": Order([dead_letter.c.id]), "-id": Order([dead_letter.c.id], descending=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One record that was given up.

    Args:
        record_id: the queue's id of it.
        message_id: None if the record could not be read.
        failed: whether the message was failed for it; else something else has become of it.
    """

    record_id: str
    message_id: int | None
    failed: bool
    body: str
    reason: str
    reason_code: Reason


def keep(connection: Connection, letters: Sequence[DeadLetter], *, now: datetime) -> None:
    """Store dead letters; one that is stored already stays as it is."""
    rows = [asdict(letter) | {"at": now} for letter in letters]
    connection.execute(insert(dead_letter).on_conflict_do_nothing(), rows)


def page(connection: Connection, *, order: Order, after: Key | None, limit: int) -> Sequence[Row[Any]]:
    """At most `limit` dead letters, each with its message's mailing and what the message is now."""
    query = select(dead_letter, message.c.mailing_id, message.c.status).outerjoin(
        message, message.c.id == dead_letter.c.message_id
    )
    return connection.execute(order.page(query, after=after, limit=limit)).all()
