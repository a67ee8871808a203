"""Recover messages that are stuck on the queue or with a sender that died."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, text

from notifications.contracts.enumerations import MessageStatus
from notifications.contracts.reasons import PHRASES, Reason
from notifications.message_state.errors import error_if
from notifications.message_state.outcomes import MAX_ATTEMPTS
from notifications.message_state.transition import CLIENT_DELETED, end_as, execute, load_transition

# Longer than the longest delay on the queue and a few deliveries.
MAX_QUEUED_TIME = timedelta(minutes=26)
# The longest delay on the queue and two ticks. Messages that are queued for longer may be lost.
OVERDUE_TIME = timedelta(minutes=3, seconds=15)


@dataclass(frozen=True, slots=True)
class Swept:
    """Number of swept messages of a mailing that got the same new status.

    Attributes:
        mailing_id: None for messages outside mailings.
    """

    mailing_id: int | None
    status: MessageStatus
    messages: int


# The sender may have called the provider before it died.
_IN_DOUBT = "(m.in_doubt OR p.status = 'sending')"
_SWEEP = load_transition(
    Path(__file__).with_name("sweep.sql"),
    client_deleted=CLIENT_DELETED,
    status=end_as("p.becomes", in_doubt=_IN_DOUBT),
    errors=error_if(
        ("p.becomes = 'sent'", None),
        ("p.becomes = 'cancelled'", Reason.CLIENT_DELETED),
        ("p.status = 'sending'", Reason.WORKER_DIED),
        in_doubt=f"{_IN_DOUBT} AND p.becomes <> 'pending'",
    ),
    in_doubt=_IN_DOUBT,
    worker_died=Reason.WORKER_DIED,
    worker_died_text=PHRASES[Reason.WORKER_DIED],
)
_OVERDUE = text("SELECT count(*) FROM message WHERE status = 'queued' AND since < :queued_before")


def count_overdue(connection: Connection, *, now: datetime) -> int:
    """Return the number of messages that no sender has received for `OVERDUE_TIME`."""
    return int(connection.execute(_OVERDUE, {"queued_before": now - OVERDUE_TIME}).scalar_one())


def sweep(
    connection: Connection, *, now: datetime, at_most: int, max_queued_time: timedelta = MAX_QUEUED_TIME
) -> Sequence[Swept]:
    """Return messages to `pending` that were queued too long or claimed by a sender that died.

    A claimed message is sent if a receipt has proved that the provider accepted it. Otherwise it becomes `unknown` if
    messages of unknown outcome are held, and after its last attempt. Messages of deleted clients are cancelled, or
    `unknown` if in doubt.

    Args:
        max_queued_time: `OVERDUE_TIME` if the queue has lost messages.
    """
    rows = execute(
        connection,
        _SWEEP,
        now=now,
        queued_before=now - max_queued_time,
        max_attempts=MAX_ATTEMPTS,
        at_most=at_most,
    )
    return [Swept(row.mailing_id, MessageStatus(row.status), row.messages) for row in rows]
