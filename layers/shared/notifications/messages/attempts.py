"""What is remembered of the attempts at a message; `message_state` writes them with the outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from notifications.contracts.enumerations import MessageStatus
from notifications.database.rows import columns_of
from notifications.database.tables import attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One claim of a message by a sender that called the provider.

    Attributes:
        duration_ms: of all its calls; None if the worker died.
        calls: how often the provider was called, quick retries included.
        outcome: what the message became.
        error, error_code: why it was not sent, in words and by `Reason`; None for none.
    """

    at: datetime
    duration_ms: int | None
    calls: int
    outcome: MessageStatus
    error: str | None
    error_code: str | None


def of(connection: Connection, message_id: int) -> Sequence[Attempt]:
    """Return the attempts at a message, the oldest first."""
    query = select(*columns_of(Attempt, attempt)).where(attempt.c.message_id == message_id).order_by(attempt.c.claim)
    rows = connection.execute(query)
    return [Attempt(**{**row._mapping, "outcome": MessageStatus(row.outcome)}) for row in rows]
