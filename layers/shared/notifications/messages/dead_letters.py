"""Dead letters: records that SQS moved to the dead-letter queue."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.postgresql import insert

from notifications.contracts.enumerations import MessageStatus
from notifications.database.keyset import Key, Order
from notifications.database.rows import columns_of
from notifications.database.tables import dead_letter, message

ORDERS = {"id": Order([dead_letter.c.id]), "-id": Order([dead_letter.c.id], descending=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One dead-lettered record.

    Attributes:
        record_id: its SQS message id.
        message_id: None if the record could not be read.
        failed: True if the message became `failed` for it; otherwise it had another status already.
        body: the beginning of the record.
        reason, reason_code: reason in English, and its code.
    """

    record_id: str
    message_id: int | None
    failed: bool
    body: str
    reason: str
    reason_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDeadLetter(DeadLetter):
    """A dead letter in the database.

    Attributes:
        mailing_id, status: mailing and current status of its message; None without a message.
    """

    id: int
    at: datetime
    mailing_id: int | None
    status: MessageStatus | None


def store(connection: Connection, letters: Sequence[DeadLetter], *, now: datetime) -> None:
    """Store dead letters that are not stored yet."""
    rows = [asdict(letter) | {"at": now} for letter in letters]
    connection.execute(insert(dead_letter).on_conflict_do_nothing(), rows)


def page(connection: Connection, *, order: Order, after: Key | None, limit: int) -> Sequence[StoredDeadLetter]:
    """Return at most `limit` dead letters."""
    query = select(*columns_of(StoredDeadLetter, dead_letter), message.c.mailing_id, message.c.status).outerjoin(
        message, message.c.id == dead_letter.c.message_id
    )
    return [_read(row) for row in connection.execute(order.page(query, after=after, limit=limit))]


def _read(row: Row[Any]) -> StoredDeadLetter:
    status = None if row.status is None else MessageStatus(row.status)
    return StoredDeadLetter(**{**row._mapping, "status": status})
