"""Retries while the database is away: a failover takes 30 to 60 seconds."""

import time
from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random_exponential

from notifications.database import sessions

LONGEST_PAUSE = timedelta(seconds=2)
# Errors of the server or the connection, not of the statement. A former primary reports an internal error: read-only.
OUTAGES = (OperationalError, InternalError, InterfaceError)


def retrying(ends: float) -> Retrying:
    """Return retries of an exchange with the database, for as long as it can end in time.

    Args:
        ends: time by which the last try must be over, by the monotonic clock.
    """
    last_start = ends - sessions.SENDER.longest_failure.total_seconds()

    def is_late(state: RetryCallState) -> bool:
        return time.monotonic() + state.upcoming_sleep > last_start

    return Retrying(
        retry=retry_if_exception_type(OUTAGES),
        stop=is_late,
        wait=wait_random_exponential(multiplier=0.5, max=LONGEST_PAUSE.total_seconds()),
        reraise=True,
    )


def wait_for_database(engine: Engine, *, ends: float) -> None:
    """Wait until the database takes connections. It costs nothing if an open one is alive.

    Args:
        ends: as in `retrying`.

    Raises:
        DBAPIError: the database was away for too long.
    """
    retrying(ends)(_connect, engine)


def _connect(engine: Engine) -> None:
    with engine.connect():
        pass
