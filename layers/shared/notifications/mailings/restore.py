"""After a restore: what was sent since the copy was made is not sent again before somebody has decided so.

The restored database knows nothing of what happened after the copy. So every mailing that may have been sending since
is stopped, its audience is completed, and each of its messages whose turn had come becomes `unknown`; what was not due
yet cannot have left and goes on when the mailing is resumed. A test send whose turn had come becomes `unknown` too
(docs/decisions/0036-restored-from-a-copy.md).
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
# More than ever leave between a copy and its restore, and so little that a million restores stay below 2**53.
SKIPPED_IDS = 2**32


class HeldBack(NamedTuple):
    """What was found.

    Args:
        mailings: the ids of those that were stopped.
        unknown: how many messages of theirs may have been sent.
        test_sends: how many test sends may have been sent.
    """

    mailings: Sequence[int]
    unknown: int
    test_sends: int


def hold_back(connection: Connection, *, restored_from: datetime, now: datetime) -> HeldBack:
    """Stop whatever would be sent a second time by a database that was restored from a copy. A repeat does no harm.

    Args:
        restored_from: when the copy was made.
        now: nothing has been sent since, neither from this database nor from the one before it.

    Raises:
        ValueError: the copy is from the future.
    """
    if restored_from > now:
        raise ValueError(f"restored_from: {restored_from.isoformat()} is yet to come")
    why = cause(Reason.RESTORED, restored_from=rfc3339(restored_from))
    _skip_ids(connection)
    stopped = _sending_since(connection, restored_from, now)
    unknown = 0
    for each in stopped:
        _schedule_as_then(connection, each, restored_from)
        unknown += _doubt(connection, each, now, why)
    connection.execute(update(mailing).where(mailing.c.id.in_(stopped)).values(status=MailingStatus.PAUSED))
    return HeldBack(stopped, unknown, _doubt(connection, None, now, why))


def _skip_ids(connection: Connection) -> None:
    """Give no id anew that the provider, or a record on the queue, may know as that of another message."""
    for table, column in ((message, "id"), (direct_message, "message_id")):
        counter = f"pg_get_serial_sequence('{table.name}', '{column}')"
        connection.execute(text(f"SELECT setval({counter}, nextval({counter}) + {SKIPPED_IDS})"))


def _sending_since(connection: Connection, moment: datetime, now: datetime) -> Sequence[int]:
    # A paused one may have been resumed, and paused again or not.
    query = select(mailing.c.id).where(
        mailing.c.status.in_(LIVE_STATUSES), mailing.c.starts_at <= now, mailing.c.ends_at > moment
    )
    return connection.execute(query.order_by(mailing.c.id).with_for_update()).scalars().all()


def _schedule_as_then(connection: Connection, mailing_id: int, moment: datetime) -> None:
    """Give every member of the audience the due time that the ticks after a moment gave it."""
    planning.begin(connection, mailing_id)
    while (row := mailings.get(connection, mailing_id)).planned_at is None:
        planning.plan_chunk(connection, row, now=moment, size=CHUNK_MESSAGES)
    while planning.reopen(connection, mailing_id, now=moment, at_most=CHUNK_MESSAGES):
        pass


def _doubt(connection: Connection, mailing_id: int | None, now: datetime, why: Cause) -> int:
    last_id: int | None = 0
    total = 0
    while last_id is not None:
        found = message_state.mark_unknown(
            connection, mailing_id, after=last_id, now=now, why=why, at_most=CHUNK_MESSAGES
        )
        last_id, total = found.last_id, total + found.messages
    return total
