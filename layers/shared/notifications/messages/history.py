"""Messages as rows, to be read: a page of a mailing's, and the one of a client."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from notifications.contracts.enumerations import MessageStatus
from notifications.database.keyset import Key, Order
from notifications.database.tables import client, message

_COLUMNS = [message.c.mailing_id, message.c.id]
ORDERS = {"id": Order(_COLUMNS), "-id": Order(_COLUMNS, descending=True)}


def _select() -> Select[Any]:
    return select(message, client.c.phone).outerjoin_from(message, client, client.c.id == message.c.client_id)


def page(
    connection: Connection,
    mailing_id: int,
    *,
    order: Order,
    after: Key | None,
    limit: int,
    status: MessageStatus | None = None,
    phone: str | None = None,
) -> Sequence[Row[Any]]:
    """At most `limit` messages of a mailing, those of a status and of a client if given.

    `phone` is null where the client has been deleted.
    """
    # A range, since of an equality and the order by id the planner makes a walk through the rows of all mailings,
    # where nearly all are of this one; a range and an order that begins with it only the right index has.
    query = _select().where(message.c.mailing_id.between(mailing_id, mailing_id))
    if status:
        query = query.where(message.c.status == status)
    if phone:
        query = query.where(client.c.phone == phone)
    return connection.execute(order.page(query, after=after, limit=limit)).all()


def of_client(connection: Connection, mailing_id: int, client_id: int) -> Row[Any] | None:
    """The message of a mailing to a client, if there is one."""
    query = _select().where(message.c.mailing_id == mailing_id, message.c.client_id == client_id)
    return connection.execute(query).one_or_none()
