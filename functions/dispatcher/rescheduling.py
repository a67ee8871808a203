"""Reschedule: after a changed window or end, give what waits of a mailing its new due times, chunk by chunk."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from notifications.contracts.enumerations import MailingStatus
from notifications.database.tables import mailing
from notifications.mailings import planning
from notifications.mailings import repository as mailings

# About a second of work, so that a tick can stop between two chunks.
CHUNK_MESSAGES = 20_000

_BEHIND = (mailing.c.rescheduled_version != mailing.c.schedule_version) & mailing.c.status.in_(
    (MailingStatus.RUNNING, MailingStatus.PAUSED)
)


def behind(connection: Connection) -> Sequence[int]:
    """The mailings whose messages do not all follow their schedule yet. Nothing of them is released until they do."""
    return connection.execute(select(mailing.c.id).where(_BEHIND).order_by(mailing.c.id)).scalars().all()


def reschedule_next(engine: Engine, mailing_id: int, *, now: datetime) -> int | None:
    """Reschedule the next chunk of a mailing. Gives how many messages changed; None if another tick is at it."""
    with engine.begin() as connection:
        row = mailings.lock_if_free(connection, mailing_id, _BEHIND)
        return planning.reschedule_chunk(connection, row, now=now, size=CHUNK_MESSAGES) if row else None
