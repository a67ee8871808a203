"""Limits of one run of migrations: the time that it has, and how long anybody may wait for a lock of its."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg
from sqlalchemy import Engine, PoolProxiedConnection
from sqlalchemy.exc import DBAPIError
from tenacity import Retrying, retry_if_exception, wait_random

from notifications.contracts.errors import NotificationsError

# Whoever comes while a migration waits for a lock waits behind it, so it gives up soon and tries again.
LOCK_TIMEOUT = timedelta(milliseconds=50)
# SQLSTATE of a lock that could not be had in time, and of a deadlock that was resolved at our cost.
_LOCKED = {"55P03", "40P01"}
# Any number that no other application on the same database locks.
_LOCK_ID = 7_301_984


class Unfinished(NotificationsError):
    """The time was not enough. All that was committed stays, and the next run goes on from there."""


@dataclass(slots=True)
class Run:
    """One upgrade or downgrade.

    Attributes:
        within: how long it may take, from now on.
        revision: the revision that is under way.
        progress: the number of the last row that its batches have handled, as words for a person.
        batched: the number of its calls of `in_batches` so far.
    """

    within: timedelta
    revision: str = ""
    progress: str = ""
    batched: int = 0
    _began: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> timedelta:
        """Give the time that is left."""
        return self.within - timedelta(seconds=time.monotonic() - self._began)

    def begin(self, revision: str) -> None:
        """Note that a revision begins, or begins again."""
        self.revision, self.progress, self.batched = revision, "", 0

    def check_time(self) -> None:
        """Raise `Unfinished` if no time is left."""
        if self.left <= timedelta(0):
            raise Unfinished(
                f"The time for migrations is up at revision {self.revision}{self.progress}. Deploy again: what is done"
                " stays, and the next deployment goes on from there."
            )

    def limits(self) -> str:
        """Give the SQL that bounds the transaction which it is executed in."""
        left = max(1, self.left // timedelta(milliseconds=1))
        lock = LOCK_TIMEOUT // timedelta(milliseconds=1)
        return f"SET LOCAL lock_timeout = {lock}; SET LOCAL statement_timeout = {left}"

    def attempts(self) -> Retrying:
        """Give the attempts at something that may not get its locks in time: as many as fit into the time left."""
        return Retrying(
            retry=retry_if_exception(_is_locked),
            wait=wait_random(0.1, 0.5),
            stop=lambda _: self.left <= timedelta(0),
            reraise=True,
        )


@contextmanager
def alone(engine: Engine, run: Run) -> Iterator[None]:
    """Wait for other runs on the database to end, and keep others waiting.

    The lock is that of a transaction on a connection of its own, which does nothing else: a run has many transactions,
    and a lock of a session is lost behind a pooler.

    Raises:
        Unfinished: another run did not end in time.
    """
    pool = engine.pool.recreate()
    connection = pool.connect()
    try:
        _lock(connection, run)
        yield
    finally:
        connection.close()
        pool.dispose()


def _lock(connection: PoolProxiedConnection, run: Run) -> None:
    limit = run.left // timedelta(milliseconds=1)
    try:
        # Without parameters, so that no portal stays open: its snapshot would keep a concurrent index waiting for ever.
        connection.cursor().execute(
            f"SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = {limit};"
            f" SELECT pg_advisory_xact_lock({_LOCK_ID})"
        )
    except psycopg.errors.QueryCanceled as error:
        raise Unfinished("Another migration is running, and did not end in time. Deploy again.") from error


def _is_locked(error: BaseException) -> bool:
    orig: Any = error.orig if isinstance(error, DBAPIError) else None
    return getattr(orig, "sqlstate", None) in _LOCKED
