"""Plan: begin mailings whose start has come and write their message rows, chunk by chunk."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from notifications.contracts.enumerations import MailingStatus
from notifications.contracts.observability import logger
from notifications.database.tables import mailing
from notifications.mailings import planning
from notifications.mailings import repository as mailings

# About a second of work, so that a tick can stop between two chunks.
CHUNK_CLIENTS = 20_000


def begin_due(connection: Connection, *, starts_before: datetime) -> None:
    """Begin the scheduled mailings that start before a moment: from here on their audience is fixed."""
    due = select(mailing.c.id).where(mailing.c.status == MailingStatus.SCHEDULED, mailing.c.starts_at < starts_before)
    for mailing_id in connection.execute(due.with_for_update(skip_locked=True)).scalars().all():
        planning.begin(connection, mailing_id)
        logger.info("mailing begun", extra={"mailing_id": mailing_id})


def unplanned(connection: Connection) -> Sequence[int]:
    """The running mailings whose message rows are not all written."""
    query = select(mailing.c.id).where(mailing.c.status == MailingStatus.RUNNING, mailing.c.planned_at.is_(None))
    return connection.execute(query.order_by(mailing.c.starts_at, mailing.c.id)).scalars().all()


def plan_next(engine: Engine, mailing_id: int, *, now: datetime) -> int | None:
    """Write the next chunk of a mailing's messages. Gives how many; None if another tick is at it."""
    unplanned = (mailing.c.status == MailingStatus.RUNNING, mailing.c.planned_at.is_(None))
    with engine.begin() as connection:
        row = mailings.lock_if_free(connection, mailing_id, *unplanned)
        return planning.plan_chunk(connection, row, now=now, size=CHUNK_CLIENTS) if row else None
