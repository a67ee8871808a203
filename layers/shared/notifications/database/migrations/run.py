"""Time limits of one run of migrations: of the whole run, and of each wait for a lock."""

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

# Other sessions queue behind a migration that waits for a lock, so it gives up soon and tries again.
LOCK_TIMEOUT = timedelta(milliseconds=50)
# SQLSTATE of a lock timeout, and of a deadlock that the server resolved by ending our transaction.
_LOCKED = {"55P03", "40P01"}
# Advisory lock: any number that no other application on the same database uses.
_LOCK_ID = 7_301_984


class Unfinished(NotificationsError):
    """The time limit was reached. Committed steps stay, and the next run continues from there."""


@dataclass(slots=True)
class Run:
    """One upgrade or downgrade.

    Attributes:
        within: time limit of the run, from now on.
        revision: the current revision.
        progress: last row that its batches have handled, as text for the error message.
        batched: number of calls of `in_batches` in the current revision so far.
    """

    within: timedelta
    revision: str = ""
    progress: str = ""
    batched: int = 0
    _began: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> timedelta:
        """Return the time that is left."""
        return self.within - timedelta(seconds=time.monotonic() - self._began)

    def begin(self, revision: str) -> None:
        """Set the current revision, which begins or is repeated."""
        self.revision, self.progress, self.batched = revision, "", 0

    def check_time(self) -> None:
        """Raise `Unfinished` if no time is left."""
        if self.left <= timedelta(0):
            raise Unfinished(
                f"The time for migrations is up at revision {self.revision}{self.progress}. Deploy again: what is done"
                " is kept, and the next deployment continues from there."
            )

    def limits(self) -> str:
        """Return SQL that sets the time limits of the current transaction."""
        left = max(1, self.left // timedelta(milliseconds=1))
        lock = LOCK_TIMEOUT // timedelta(milliseconds=1)
        return f"SET LOCAL lock_timeout = {lock}; SET LOCAL statement_timeout = {left}"

    def attempts(self) -> Retrying:
        """Return retries for work that may not get its locks in time: as many as fit into the time left."""
        return Retrying(
            retry=retry_if_exception(_is_locked),
            wait=wait_random(0.1, 0.5),
            stop=lambda _: self.left <= timedelta(0),
            reraise=True,
        )


@contextmanager
def exclusive(engine: Engine, run: Run) -> Iterator[None]:
    """Wait for other runs on the database to end, and make later ones wait.

    The lock belongs to a transaction on a separate connection that does nothing else: a run has many transactions, and
    a pooler in transaction mode loses session locks.

    Raises:
        Unfinished: another run did not end within the time limit.
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
