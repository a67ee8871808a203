"""Planning: begin mailings whose start has come, write their messages and reschedule them, chunk by chunk."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from notifications.contracts.enumerations import MailingStatus
from notifications.contracts.observability import logger
from notifications.database.tables import mailing
from notifications.mailings import planning
from notifications.mailings import repository as mailings

# About a second of work, so that a tick can stop between two chunks.
CHUNK_SIZE = 20_000

_BEHIND = (mailing.c.rescheduled_version != mailing.c.schedule_version) & mailing.c.status.in_(
    (MailingStatus.RUNNING, MailingStatus.PAUSED)
)


def begin_due(connection: Connection, *, starts_before: datetime) -> None:
    """Begin the scheduled mailings that start before a moment. That fixes their audience."""
    due = select(mailing.c.id).where(mailing.c.status == MailingStatus.SCHEDULED, mailing.c.starts_at < starts_before)
    for mailing_id in connection.execute(due.with_for_update(skip_locked=True)).scalars().all():
        planning.begin(connection, mailing_id)
        logger.info("mailing started", extra={"mailing_id": mailing_id})


def mailings_to_plan(connection: Connection) -> Sequence[int]:
    """Return the running mailings whose messages are not all written, the earliest start first."""
    query = select(mailing.c.id).where(mailing.c.status == MailingStatus.RUNNING, mailing.c.planned_at.is_(None))
    return connection.execute(query.order_by(mailing.c.starts_at, mailing.c.id)).scalars().all()


def plan_next(
    engine: Engine, mailing_id: int, *, now: datetime, requires_consent: bool, chunk_size: int = CHUNK_SIZE
) -> int | None:
    """Write the messages of the next `chunk_size` clients of a mailing.

    Args:
        requires_consent: as in `plan_chunk`.

    Returns:
        The number of messages; None if another tick works on the mailing.
    """
    unplanned = (mailing.c.status == MailingStatus.RUNNING, mailing.c.planned_at.is_(None))
    with engine.begin() as connection:
        row = mailings.lock_if_free(connection, mailing_id, *unplanned)
        if row is None:
            return None
        return planning.plan_chunk(connection, row, now=now, size=chunk_size, requires_consent=requires_consent)


def mailings_to_reschedule(connection: Connection) -> Sequence[int]:
    """Return the mailings whose messages do not follow a changed window or end yet. They are not released."""
    return connection.execute(select(mailing.c.id).where(_BEHIND).order_by(mailing.c.id)).scalars().all()


def reschedule_next(engine: Engine, mailing_id: int, *, now: datetime, chunk_size: int = CHUNK_SIZE) -> int | None:
    """Give the next `chunk_size` waiting messages of a mailing their new due times.

    Returns:
        The number of messages that changed; None if another tick works on the mailing.
    """
    with engine.begin() as connection:
        row = mailings.lock_if_free(connection, mailing_id, _BEHIND)
        return planning.reschedule_chunk(connection, row, now=now, size=chunk_size) if row else None
