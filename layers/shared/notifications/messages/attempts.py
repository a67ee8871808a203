"""What is remembered of the attempts at a message; `message_state` writes them with the outcome."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from notifications.database.tables import attempt


def of(connection: Connection, message_id: int) -> Sequence[Row[Any]]:
    """The attempts at a message, the oldest first: `at, duration_ms, calls, outcome, error`."""
    query = select(attempt).where(attempt.c.message_id == message_id).order_by(attempt.c.claim)
    return connection.execute(query).all()
