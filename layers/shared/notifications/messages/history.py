"""Messages of a mailing: pages, and the message to one client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from notifications.contracts.enumerations import Delivery, MessageStatus
from notifications.contracts.phrases import Params
from notifications.database import tables
from notifications.database.keyset import Key, Order
from notifications.database.rows import columns_of
from notifications.database.tables import client, message

_COLUMNS = [message.c.mailing_id, message.c.id]
ORDERS = {"id": Order(_COLUMNS), "-id": Order(_COLUMNS, descending=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A mailing's message to one client.

    Attributes:
        phone: None if the client has been deleted.
        since: time of the last change of status.
        delivery: by receipts; None without one.
        provider: the provider of the last claim; None before the first.
        last_error, last_error_code, last_error_params: reason in English why it is not sent, its code and parameters.
    """

    id: int
    mailing_id: int
    client_id: int
    phone: str | None
    status: MessageStatus
    delivery: Delivery | None
    since: datetime
    due_at: datetime | None
    attempts: int
    sent_at: datetime | None
    provider: str | None
    last_error: str | None
    last_error_code: str | None
    last_error_params: Params | None


def _select() -> Select[Any]:
    return (
        select(*columns_of(Message, message), client.c.phone, tables.delivery.c.state.label("delivery"))
        .outerjoin_from(message, client, client.c.id == message.c.client_id)
        .outerjoin(tables.delivery, tables.delivery.c.message_id == message.c.id)
    )


def _read(row: Row[Any]) -> Message:
    known = None if row.delivery is None else Delivery(row.delivery)
    return Message(**{**row._mapping, "status": MessageStatus(row.status), "delivery": known})


def page(
    connection: Connection,
    mailing_id: int,
    *,
    order: Order,
    after: Key | None,
    limit: int,
    status: MessageStatus | None = None,
    delivery: Delivery | None = None,
    phone: str | None = None,
) -> Sequence[Message]:
    """Return at most `limit` messages of a mailing. `status`, `delivery` and `phone` None: any."""
    # A range instead of an equality: with an equality and the order by id, PostgreSQL scans the primary key through
    # the messages of all mailings. Only the index on mailing and id serves a range with this order.
    query = _select().where(message.c.mailing_id.between(mailing_id, mailing_id))
    if status:
        query = query.where(message.c.status == status)
    if delivery:
        # With the mailing, so that the index of deliveries gives them in the order of messages.
        query = query.where(tables.delivery.c.mailing_id == mailing_id, tables.delivery.c.state == delivery)
    if phone:
        query = query.where(client.c.phone == phone)
    return [_read(row) for row in connection.execute(order.page(query, after=after, limit=limit))]


def of_client(connection: Connection, mailing_id: int, client_ids: Sequence[int]) -> Message | None:
    """Return the message of a mailing to a client, the newest if there are several ids; None if there is none."""
    query = _select().where(message.c.mailing_id == mailing_id, message.c.client_id.in_(client_ids))
    row = connection.execute(query.order_by(message.c.id.desc()).limit(1)).one_or_none()
    return _read(row) if row else None
