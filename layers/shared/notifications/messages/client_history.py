"""The history of a person: messages of mailings and outside mailings, under every client that had the phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Connection, DateTime, Row, column, func, select

from notifications.contracts.enumerations import Delivery, MessageStatus
from notifications.contracts.phrases import Params
from notifications.database import statements
from notifications.database.keyset import Key, Order
from notifications.database.tables import client, former_client, mailing

# Characters that are shown of a mailing's text.
CHARACTERS = 100
ORDER = Order(
    [column("at", DateTime(timezone=True)), column("source_id", BigInteger), column("client_id", BigInteger)],
    descending=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageMailing:
    """The mailing of a message: the beginning of its text, and whether it was deleted."""

    id: int
    text: str
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientMessage:
    """A message to one person.

    Attributes:
        at: start of its mailing; outside mailings, its creation.
        source_id, client_id: mailing and client; outside mailings, the message and 0.
        mailing: None outside mailings.
        text: the text that the provider has accepted or may have accepted; None if there is none, if none
            is known, or if retention has removed it.
        delivery: by receipts; None without one.
    """

    id: int
    at: datetime
    source_id: int
    client_id: int
    mailing: MessageMailing | None
    status: MessageStatus
    delivery: Delivery | None
    attempts: int
    due_at: datetime | None
    sent_at: datetime | None
    last_error: str | None
    last_error_code: str | None
    last_error_params: Params | None
    text: str | None


_FILE = Path(__file__).with_name("client_history.sql")
# Without a condition on the status, PostgreSQL finds the mailings of a person without reading the messages.
_OF_ANY_STATUS = statements.load(_FILE, characters=str(CHARACTERS), selected="")
_OF_STATUS = statements.load(_FILE, characters=str(CHARACTERS), selected="AND m.status = :status")
# The key before the first message.
_BEGINNING: Key = (datetime.max.replace(tzinfo=UTC), 2**63 - 1, 2**63 - 1)


def client_ids(connection: Connection, phone: str) -> list[int]:
    """Return the ids under which a person has been a client: the present one, and those of deleted clients."""
    present = select(client.c.id).where(client.c.phone == phone)
    former = select(former_client.c.client_id).where(former_client.c.phone == phone)
    return [*connection.execute(present.union_all(former)).scalars()]


def removed_until(connection: Connection) -> datetime | None:
    """Return the newest end of a mailing whose messages retention has removed; None if there is none."""
    newest = select(func.max(mailing.c.finished_at)).where(mailing.c.messages_removed_at.is_not(None))
    found: datetime | None = connection.execute(newest).scalar_one()
    return found


def page(
    connection: Connection,
    phone: str,
    *,
    after: Key | None,
    limit: int,
    status: MessageStatus | None = None,
) -> Sequence[ClientMessage]:
    """Return at most `limit` messages to a person in the order of `ORDER`, also if no client has the phone any more.

    Args:
        status: None for any.
    """
    before_at, before_source, before_client = after or _BEGINNING
    values = {
        "client_ids": client_ids(connection, phone),
        "phone": phone,
        "before_at": before_at,
        "before_source": before_source,
        "before_client": before_client,
        "at_most": limit,
    }
    if status is None:
        return [_read(row) for row in connection.execute(_OF_ANY_STATUS, values)]
    rows = connection.execute(_OF_STATUS, {**values, "status": status})
    return [_read(row) for row in rows]


def _read(row: Row[Any]) -> ClientMessage:
    values = dict(row._mapping)
    mailing_id, text, deleted = (values.pop(f"mailing_{name}") for name in ("id", "text", "deleted"))
    of_mailing = None if mailing_id is None else MessageMailing(id=mailing_id, text=text, deleted=deleted)
    known = None if row.delivery is None else Delivery(row.delivery)
    return ClientMessage(**{**values, "status": MessageStatus(row.status), "delivery": known}, mailing=of_mailing)
