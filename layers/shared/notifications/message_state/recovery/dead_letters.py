"""Fail messages whose records reached the dead-letter queue."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from notifications.contracts.reasons import Reason
from notifications.message_state.errors import error_if
from notifications.message_state.transition import end_as, execute, transition

# A message that was released again after this record was sent has a newer record on the queue.
_MARK_DEAD_LETTERED = transition(
    pick="""
        SELECT m.id, m.status
        FROM unnest(CAST(:ids AS bigint[]), CAST(:sent_at AS timestamptz[])) AS record (id, sent_at)
        JOIN message AS m ON m.id = record.id
        WHERE m.status = 'queued' AND m.since <= record.sent_at
        ORDER BY m.id FOR UPDATE OF m
    """,
    change=f"status = {end_as("'failed'")}, since = :now, {error_if(('true', Reason.DEAD_LETTER))}",
    result="SELECT id FROM changed WHERE status = 'failed'",
)


def mark_dead_lettered(connection: Connection, sent: Mapping[int, datetime], *, now: datetime) -> set[int]:
    """Fail messages whose records reached the dead-letter queue, unless their status has changed since.

    A message in doubt becomes `unknown` instead.

    Args:
        sent: time at which the record was sent to the queue, by message id.

    Returns:
        The ids of the failed messages.
    """
    rows = execute(connection, _MARK_DEAD_LETTERED, ids=list(sent), sent_at=list(sent.values()), now=now)
    return {row.id for row in rows}
