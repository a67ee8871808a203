"""Connections to PostgreSQL with a time limit on every wait, directly or through a connection pooler."""

import os
import select
import time
from contextlib import suppress
from datetime import timedelta
from typing import Any

# Imported during the function's initialization, when Lambda gives it a whole processor.
import psycopg
from psycopg.abc import PQGen
from psycopg.rows import TupleRow

from notifications.database.sessions import CANCEL_TIMEOUT, IDLE_TIMEOUT, Session

_KEEPALIVE_SECONDS = 60
_PEER_TIMEOUTS = {
    # Detects a server that disappeared without closing the connection, also between two statements.
    "tcp_user_timeout": _KEEPALIVE_SECONDS * 1000,
    "keepalives_idle": _KEEPALIVE_SECONDS // 3,
    "keepalives_interval": _KEEPALIVE_SECONDS // 6,
    "keepalives_count": 4,
}
# libpq reads the session's time zone and encoding from these variables. Poolers accept the settings, but PgBouncer and
# RDS Proxy refuse the parameter `options`. Without the encoding, psycopg returns bytes from a database with SQL_ASCII.
os.environ["PGTZ"] = "UTC"
os.environ["PGCLIENTENCODING"] = "UTF8"


class BoundedConnection(psycopg.Connection[TupleRow]):
    """A connection on which no wait for the server outlasts a limit.

    The server's `statement_timeout` has no effect if the server does not respond, and cannot be set through a pooler.

    Attributes:
        limit: time limit of each exchange with the server; None for no limit.
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
        # Wall-clock time: the monotonic clock may stop while Lambda freezes the instance.
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

    Through a pooler, neither settings nor prepared statements are used: a pooler in transaction mode keeps neither.
    Statements are then planned at each execution, so they need no setting that protects kept plans.
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
    """Return True if no pooler is between client and server: a pooler reports a process id of its own."""
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
