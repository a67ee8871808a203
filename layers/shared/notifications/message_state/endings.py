"""Ends without a call: the mailing's end has passed, it was cancelled, the client was deleted."""

from datetime import datetime

from sqlalchemy import Connection

from notifications.message_state.transition import execute, transition

_EXPIRE = transition(
    pick="""
        SELECT id, status FROM message
        WHERE mailing_id = :mailing_id AND status = 'pending'
        LIMIT :at_most FOR UPDATE SKIP LOCKED
    """,
    change="status = 'expired', since = :now, last_error = COALESCE(m.last_error, 'the mailing ended first')",
    result="SELECT count(*) AS n FROM changed",
)


def expire(connection: Connection, mailing_id: int, *, now: datetime, at_most: int) -> int:
    """Expire waiting messages of a mailing that is over. Gives how many; fewer than `at_most` means all."""
    return int(execute(connection, _EXPIRE, mailing_id=mailing_id, now=now, at_most=at_most)[0].n)


_WITHDRAW = transition(
    pick="""
        SELECT id, status FROM message
        WHERE client_id = :client_id AND status IN ('pending', 'queued')
        ORDER BY id FOR UPDATE
    """,
    change="status = 'cancelled', since = :now, last_error = 'the client was deleted'",
    result="SELECT id FROM changed",
)


def withdraw(connection: Connection, client_id: int, *, now: datetime) -> None:
    """Cancel all that waits for a client who is about to be deleted."""
    execute(connection, _WITHDRAW, client_id=client_id, now=now)


_CANCEL = transition(
    pick="""
        SELECT id, status FROM message
        WHERE mailing_id = :mailing_id AND status IN ('pending', 'queued')
        LIMIT :at_most FOR UPDATE SKIP LOCKED
    """,
    change="status = 'cancelled', since = :now, last_error = 'the mailing was cancelled'",
    result="SELECT count(*) AS n FROM changed",
)


def cancel(connection: Connection, mailing_id: int, *, now: datetime, at_most: int) -> int:
    """Cancel what waits of a cancelled mailing. Gives how many; fewer than `at_most` means all."""
    return int(execute(connection, _CANCEL, mailing_id=mailing_id, now=now, at_most=at_most)[0].n)
