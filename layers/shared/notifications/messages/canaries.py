"""Canaries: test sends to a phone that nobody reads. They show that the path from the tick to the provider works."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from notifications.contracts.enumerations import MessageKind, OnUnknown
from notifications.database.tables import attempt, direct_message, message
from notifications.messages import test_sends

# Tells canaries from the test sends of people.
TEXT = "Canary: notifications are sent"
# Time for which canaries are kept.
RETENTION = timedelta(days=1)

_IS_CANARY = (direct_message.c.kind == MessageKind.TEST) & (direct_message.c.text == TEXT)
_TIMES = (
    select(func.max(message.c.sent_at).label("last_sent"), func.min(direct_message.c.created_at).label("first_created"))
    .join_from(direct_message, message, message.c.id == direct_message.c.message_id)
    .where(_IS_CANARY)
)


def create(connection: Connection, *, phone: str, now: datetime) -> int:
    """Store a canary that is due now, and return its id. If its outcome is unknown, it is not sent again."""
    return test_sends.create(connection, phone=phone, text=TEXT, now=now, on_unknown=OnUnknown.HOLD).id


def measure_silence(connection: Connection, *, now: datetime) -> timedelta:
    """Return the time since a canary was last sent.

    If none has been sent, return the time since the first of them was created, or zero if there is none.
    """
    times = connection.execute(_TIMES).one()
    return now - (times.last_sent or times.first_created or now)


def forget(connection: Connection, *, now: datetime) -> None:
    """Delete the canaries that are older than `RETENTION`, with their messages and attempts."""
    is_old = _IS_CANARY & (direct_message.c.created_at < now - RETENTION)
    ids = (
        connection.execute(delete(direct_message).where(is_old).returning(direct_message.c.message_id)).scalars().all()
    )
    connection.execute(delete(attempt).where(attempt.c.message_id.in_(ids)))
    connection.execute(delete(message).where(message.c.id.in_(ids)))
