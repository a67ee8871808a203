"""Connections to PostgreSQL that end every wait in time, directly or through a connection pooler."""

import os
import select
import time
from contextlib import suppress
from datetime import timedelta
from typing import Any

# Imported while the function starts, when Lambda gives it a whole processor, and not by its first invocation.
import psycopg
from psycopg.abc import PQGen
from psycopg.rows import TupleRow

from notifications.database.sessions import CANCEL_TIMEOUT, IDLE_TIMEOUT, Session

_KEEPALIVE_SECONDS = 60
_PEER_TIMEOUTS = {
    # Notices a server that has gone without a word, also between two statements.
    "tcp_user_timeout": _KEEPALIVE_SECONDS * 1000,
    "keepalives_idle": _KEEPALIVE_SECONDS // 3,
    "keepalives_interval": _KEEPALIVE_SECONDS // 6,
    "keepalives_count": 4,
}
# libpq asks for a session's time zone by this variable alone. Poolers keep it, unlike the parameter `options`,
# which PgBouncer and RDS Proxy refuse.
os.environ["PGTZ"] = "UTC"


class BoundedConnection(psycopg.Connection[TupleRow]):
    """A connection on which no wait for the server outlasts a limit.

    The server's `statement_timeout` does not help against a server that is silent, and cannot be set through a pooler.

    Attributes:
        limit: time limit of each exchange with the server; None waits for ever.
        trusted: time after an answer for which the server counts as alive.
    """

    limit: timedelta | None = None
    trusted: timedelta = timedelta(0)
    _answered_at: float = 0

    def wait[T](self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """Run an exchange with the server.

        Raises:
            psycopg.OperationalError: the limit has passed. The statement is cancelled and the connection closed.
        """
        if timeout is None and self.limit is not None:
            timeout = self.limit.total_seconds()
        try:
            result = super().wait(gen, interval, timeout)
        except psycopg.errors._WaitTimeout:  # noqa: SLF001 - the error that `wait` is documented to raise
            with suppress(psycopg.Error):
                self.cancel_safe(timeout=CANCEL_TIMEOUT.total_seconds())
            self.close()
            raise psycopg.OperationalError(f"the database has not answered for {timeout:.0f} seconds") from None
        # By the wall clock: that of an instance which Lambda freezes may stand still.
        self._answered_at = time.time()
        return result

    def is_surely_alive(self) -> bool:
        """Return True if the server has answered a short time ago and has not closed the connection since."""
        is_fresh = 0 <= time.time() - self._answered_at < self.trusted.total_seconds()
        poll = select.poll()
        poll.register(self, select.POLLIN)
        return is_fresh and not poll.poll(0)


def connect(session: Session, conninfo: str = "", **parameters: Any) -> BoundedConnection:
    """Open a connection with the settings of a session.

    A pooler that hands out server connections by transaction can keep neither settings nor prepared statements, so
    there are none through one. Its statements are planned anew each time, and so need no guard of their plans.
    """
    limits = _PEER_TIMEOUTS | {"connect_timeout": int(session.connect.total_seconds())}
    connection = BoundedConnection.connect(conninfo, autocommit=True, **(limits | parameters))
    connection.limit = session.connect
    is_direct = _is_direct(connection)
    if is_direct:
        connection.execute(_settings(session))
    if not (is_direct and session.prepares):
        connection.prepare_threshold = None
    connection.autocommit = False
    connection.limit = session.client_limit
    connection.trusted = session.trusted
    return connection


def _is_direct(connection: BoundedConnection) -> bool:
    """Return True if the server itself has answered the connect: a pooler gives a process id of its own."""
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    return row == (connection.info.backend_pid,)


def _settings(session: Session) -> bytes:
    values = {
        "statement_timeout": _milliseconds(session.statement),
        "idle_session_timeout": _milliseconds(IDLE_TIMEOUT),
        "enable_seqscan": int(not session.avoids_table_scans),
    }
    # One message to the server.
    return ";".join(f"SET {name} = {value}" for name, value in values.items()).encode()


def _milliseconds(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)
