"""Restore: hold messages that may have been sent since the backup, until an operator decides.

Every mailing that may have been sending since is paused, and its audience completed. Its messages that were due become
`unknown`, and so do test sends. Messages that were not due cannot have been sent: they follow when the mailing is
resumed (docs/decisions/0036-restored-from-a-copy.md).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select, text, update

from notifications import message_state
from notifications.contracts.enumerations import LIVE_STATUSES, MailingStatus
from notifications.contracts.phrases import rfc3339
from notifications.contracts.reasons import Cause, Reason, cause
from notifications.database.tables import direct_message, mailing, message
from notifications.mailings import planning
from notifications.mailings import repository as mailings

CHUNK_MESSAGES = 20_000
# More messages than are ever sent between a backup and its restore. A million restores keep ids below 2**53.
SKIPPED_IDS = 2**32


class HeldBack(NamedTuple):
    """Mailings and messages that were held.

    Attributes:
        mailings: ids of the paused mailings.
        unknown: number of their messages that may have been sent.
        test_sends: number of test sends that may have been sent.
    """

    mailings: Sequence[int]
    unknown: int
    test_sends: int


def hold_back(connection: Connection, *, restored_from: datetime, now: datetime) -> HeldBack:
    """Hold messages that a restored database would send again. May be repeated.

    Args:
        restored_from: time of the backup.
        now: time since which neither this database nor the one before it has sent anything.

    Raises:
        ValueError: `restored_from` is in the future.
    """
    if restored_from > now:
        raise ValueError(f"restored_from: {restored_from.isoformat()} is in the future")
    why = cause(Reason.RESTORED, restored_from=rfc3339(restored_from))
    _skip_ids(connection)
    stopped = _sending_since(connection, restored_from, now)
    unknown = 0
    for each in stopped:
        _schedule_as_then(connection, each, restored_from)
        unknown += _mark_unknown(connection, each, now, why)
    connection.execute(
        update(mailing).where(mailing.c.id.in_(stopped)).values(status=MailingStatus.PAUSED, paused_at=now)
    )
    return HeldBack(stopped, unknown, _mark_unknown(connection, None, now, why))


def _skip_ids(connection: Connection) -> None:
    """Skip ids that messages may have got since the backup: the provider and the queue may know them."""
    for table, column in ((message, "id"), (direct_message, "message_id")):
        counter = f"pg_get_serial_sequence('{table.name}', '{column}')"
        connection.execute(text(f"SELECT setval({counter}, nextval({counter}) + {SKIPPED_IDS})"))


def _sending_since(connection: Connection, moment: datetime, now: datetime) -> Sequence[int]:
    # A mailing that is paused in the backup may have been resumed since.
    query = select(mailing.c.id).where(
        mailing.c.status.in_(LIVE_STATUSES), mailing.c.starts_at <= now, mailing.c.ends_at > moment
    )
    return connection.execute(query.order_by(mailing.c.id).with_for_update()).scalars().all()


def _schedule_as_then(connection: Connection, mailing_id: int, moment: datetime) -> None:
    """Give every message the due time that ticks after a time would have given it."""
    planning.begin(connection, mailing_id)
    while (row := mailings.get(connection, mailing_id)).planned_at is None:
        # The claim suppresses messages without consent.
        planning.plan_chunk(connection, row, now=moment, size=CHUNK_MESSAGES, requires_consent=False)
    while planning.reopen(connection, mailing_id, now=moment, at_most=CHUNK_MESSAGES):
        pass


def _mark_unknown(connection: Connection, mailing_id: int | None, now: datetime, why: Cause) -> int:
    last_id: int | None = 0
    total = 0
    while last_id is not None:
        found = message_state.mark_unknown(
            connection, mailing_id, after=last_id, now=now, why=why, at_most=CHUNK_MESSAGES
        )
        last_id, total = found.last_id, total + found.messages
    return total
