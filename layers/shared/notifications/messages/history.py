"""Messages as rows, to be read: a page of a mailing's, and the one of a client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from notifications.contracts.enumerations import MessageStatus
from notifications.contracts.phrases import Params
from notifications.database.keyset import Key, Order
from notifications.database.rows import columns_of
from notifications.database.tables import client, message

_COLUMNS = [message.c.mailing_id, message.c.id]
ORDERS = {"id": Order(_COLUMNS), "-id": Order(_COLUMNS, descending=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A mailing to one client.

    Attributes:
        phone: None where the client has been deleted.
        since: when it got its status.
        last_error, last_error_code, last_error_params: why it is not sent or not yet, in words and by `Reason`.
    """

    id: int
    mailing_id: int
    client_id: int
    phone: str | None
    status: MessageStatus
    since: datetime
    due_at: datetime | None
    attempts: int
    sent_at: datetime | None
    last_error: str | None
    last_error_code: str | None
    last_error_params: Params | None


def _select() -> Select[Any]:
    return select(*columns_of(Message, message), client.c.phone).outerjoin_from(
        message, client, client.c.id == message.c.client_id
    )


def _read(row: Row[Any]) -> Message:
    return Message(**{**row._mapping, "status": MessageStatus(row.status)})


def page(
    connection: Connection,
    mailing_id: int,
    *,
    order: Order,
    after: Key | None,
    limit: int,
    status: MessageStatus | None = None,
    phone: str | None = None,
) -> Sequence[Message]:
    """Return at most `limit` messages of a mailing, those of a status and of a client if given."""
    # A range, since of an equality and the order by id the planner makes a walk through the rows of all mailings,
    # where nearly all are of this one; a range and an order that begins with it only the right index has.
    query = _select().where(message.c.mailing_id.between(mailing_id, mailing_id))
    if status:
        query = query.where(message.c.status == status)
    if phone:
        query = query.where(client.c.phone == phone)
    return [_read(row) for row in connection.execute(order.page(query, after=after, limit=limit))]


def of_client(connection: Connection, mailing_id: int, client_id: int) -> Message | None:
    """Return the message of a mailing to a client, or None if there is none."""
    query = _select().where(message.c.mailing_id == mailing_id, message.c.client_id == client_id)
    row = connection.execute(query).one_or_none()
    return _read(row) if row else None
