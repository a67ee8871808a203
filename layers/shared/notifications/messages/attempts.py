"""Stored attempts of messages. `message_state` writes them with the outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from notifications.contracts.enumerations import MessageStatus
from notifications.database.rows import columns_of
from notifications.database.tables import attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to send a message.

    Attributes:
        at: time of the first call; of the sweep if the worker died.
        duration_ms: time of all calls; None if the worker died.
        calls: number of calls of the provider, quick retries included.
        outcome: status of the message after it.
        provider: its name; None for an attempt from before there were several.
        error, error_code: reason in English, and its code; None if the message was sent.
    """

    at: datetime
    duration_ms: int | None
    calls: int
    outcome: MessageStatus
    provider: str | None
    error: str | None
    error_code: str | None


def of_message(connection: Connection, message_id: int) -> Sequence[Attempt]:
    """Return the attempts of a message, the oldest first."""
    query = select(*columns_of(Attempt, attempt)).where(attempt.c.message_id == message_id).order_by(attempt.c.claim)
    rows = connection.execute(query)
    return [Attempt(**{**row._mapping, "outcome": MessageStatus(row.outcome)}) for row in rows]
