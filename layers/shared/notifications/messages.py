"""Messages as rows, to be read: a page of a mailing's, and the one of a client."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from notifications.keyset import Key, Order
from notifications.tables import client, message

ORDERS = {"id": Order([message.c.id]), "-id": Order([message.c.id], descending=True)}


def _select(mailing_id: int) -> Select[Any]:
    return (
        select(message, client.c.phone)
        .outerjoin_from(message, client, client.c.id == message.c.client_id)
        .where(message.c.mailing_id == mailing_id)
    )


def page(
    connection: Connection,
    mailing_id: int,
    *,
    order: Order,
    after: Key | None,
    limit: int,
    status: str | None = None,
    phone: str | None = None,
) -> Sequence[Row[Any]]:
    """At most `limit` messages of a mailing, those of a status and of a client if given.

    `phone` is null where the client has been deleted.
    """
    query = _select(mailing_id)
    if status:
        query = query.where(message.c.status == status)
    if phone:
        query = query.where(client.c.phone == phone)
    return connection.execute(order.page(query, after=after, limit=limit)).all()


def of_client(connection: Connection, mailing_id: int, client_id: int) -> Row[Any] | None:
    """The message of a mailing to a client, if there is one."""
    return connection.execute(_select(mailing_id).where(message.c.client_id == client_id)).one_or_none()
