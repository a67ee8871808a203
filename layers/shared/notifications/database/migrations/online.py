"""Steps of a migration outside its transaction, which block no other session and can be interrupted.

Each step may be repeated. The steps come first in a revision; the statements after them are one transaction.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from alembic import context, op
from sqlalchemy import Connection, TextClause, text

from notifications.contracts.errors import NotificationsError
from notifications.database.connections import BoundedConnection
from notifications.database.migrations.run import Run

# Target time of a batch, whose rows are locked meanwhile; number of rows of the first batch and of any.
BATCH_TIME = timedelta(milliseconds=50)
FIRST_BATCH, SMALLEST_BATCH, LARGEST_BATCH = 500, 100, 10_000


class MixedRevision(NotificationsError):
    """A revision writes in its transaction before a step outside it, so it could not be repeated."""


def create_index(
    name: str,
    table: str,
    columns: Sequence[str | TextClause],
    *,
    unique: bool = False,
    where: str | None = None,
    using: str | None = None,
) -> None:
    """Create an index concurrently. Replaces an invalid index that an interrupted run has left.

    Args:
        using: kind of the index; None for a B-tree.
    """
    with _outside_transaction() as connection:
        if connection is not None and connection.execute(_INVALID, {"name": name}).scalar_one_or_none():
            op.drop_index(name, postgresql_concurrently=True)
        op.create_index(
            name,
            table,
            columns,
            unique=unique,
            if_not_exists=True,
            postgresql_where=None if where is None else text(where),
            postgresql_concurrently=True,
            postgresql_using=using or False,
        )


def create_function(statement: str) -> None:
    """Create a function that a later step outside the transaction uses.

    Args:
        statement: `CREATE OR REPLACE FUNCTION`, so that it may be repeated.
    """
    with _outside_transaction():
        op.execute(statement)


def create_trigger(statement: str) -> None:
    """Create a trigger that a later step outside the transaction relies on.

    Args:
        statement: `CREATE OR REPLACE TRIGGER`, so that it may be repeated.
    """
    run = _run()
    with _outside_transaction() as connection:
        if connection is None:
            op.execute(statement)
            return
        for attempt in run.attempts():
            with attempt, _transaction(connection):
                connection.execute(text(run.limits()))
                connection.execute(text(statement))


def drop_index(name: str) -> None:
    """Drop an index concurrently."""
    with _outside_transaction():
        op.drop_index(name, if_exists=True, postgresql_concurrently=True)


def validate_constraint(table: str, name: str) -> None:
    """Validate a constraint that was added as NOT VALID, while other sessions write."""
    with _outside_transaction():
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def in_batches(table: str, statement: str, *, key: str = "id") -> None:
    """Execute a statement for all rows of a table in batches, each in its own transaction.

    Each batch saves its position, from which the next run continues after an interruption.

    Args:
        table: table whose rows are handled in the order of `key`.
        statement: SQL that handles the rows with `key > :after AND key <= :upto`.
        key: indexed column of positive integers.
    """
    run = _run()
    run.batched += 1
    step = f"{run.revision}/{run.batched}"
    with _outside_transaction() as connection:
        if connection is None:
            op.execute(text(statement).bindparams(after=0, upto=SMALLEST_BATCH))
            return
        connection.execute(_MAKE_POSITIONS)
        connection.execute(_START, {"step": step})
        batches = _Batches(connection, run, step, _next_key(table, key), text(statement))
        while batches.work():
            pass


def forget_positions() -> None:
    """Drop the saved positions of a revision's batches, in the transaction that completes the revision."""
    if _run().batched and not context.is_offline_mode():
        context.execute("DROP TABLE migration_position")


@dataclass(slots=True)
class _Batches:
    """Batches of one statement, from its saved position on.

    Args:
        next_key: query for the last key of the next batch.
        size: number of rows of the next batch.
    """

    connection: Connection
    run: Run
    step: str
    next_key: TextClause
    statement: TextClause
    size: int = FIRST_BATCH

    def work(self) -> bool:
        """Commit the next batch. Return False if there are no more rows."""
        self.run.check_time()
        for attempt in self.run.attempts():
            began = time.monotonic()
            with attempt, _transaction(self.connection):
                self.connection.execute(text(self.run.limits()))
                if not self._advance():
                    return False
        took = timedelta(seconds=time.monotonic() - began)
        self.size = min(LARGEST_BATCH, max(SMALLEST_BATCH, int(self.size * min(2, BATCH_TIME / took))))
        return True

    def _advance(self) -> bool:
        after = self.connection.execute(_POSITION, {"step": self.step}).scalar_one()
        upto = self.connection.execute(self.next_key, {"after": after, "size": self.size}).scalar_one()
        if upto is None:
            return False
        self.connection.execute(self.statement, {"after": after, "upto": upto})
        self.connection.execute(_ADVANCE, {"step": self.step, "upto": upto})
        self.run.progress = f", behind {upto} of step {self.step}"
        return True


def _next_key(table: str, key: str) -> TextClause:
    rows = f"SELECT {key} FROM {table} WHERE {key} > :after ORDER BY {key} LIMIT :size"  # noqa: S608
    return text(f"SELECT max({key}) FROM ({rows}) AS batch")  # noqa: S608


@contextmanager
def _outside_transaction() -> Iterator[Connection | None]:
    """Commit the revision's transaction, yield the connection in autocommit mode, and begin a new transaction.

    Yields None if Alembic only writes SQL.
    """
    migration, run = op.get_context(), _run()
    if not migration.as_sql and op.get_bind().execute(_HAS_WRITTEN).scalar_one():
        raise MixedRevision(
            f"Revision {run.revision} writes in its transaction before a step outside it. Make two revisions of it."
        )
    with migration.autocommit_block():
        connection = None if migration.as_sql else migration.connection
        with _limited(connection, run):
            yield connection
    op.execute(run.limits())


@contextmanager
def _limited(connection: Connection | None, run: Run) -> Iterator[None]:
    """Limit statements outside a transaction, which have no `statement_timeout`, to the time left of the run."""
    driver = connection.connection.driver_connection if connection is not None else None
    if not isinstance(driver, BoundedConnection):
        yield
        return
    before, driver.limit = driver.limit, run.left
    try:
        yield
    finally:
        driver.limit = before


@contextmanager
def _transaction(connection: Connection) -> Iterator[None]:
    """Run a transaction on a connection in autocommit mode."""
    driver: Any = connection.connection.driver_connection
    with driver.transaction():
        yield


def _run() -> Run:
    run: Run = context.config.attributes["run"]
    return run


_INVALID = text("SELECT NOT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
_HAS_WRITTEN = text("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
_MAKE_POSITIONS = text(
    "CREATE TABLE IF NOT EXISTS migration_position (step text PRIMARY KEY, position bigint NOT NULL)"
)
_START = text("INSERT INTO migration_position VALUES (:step, 0) ON CONFLICT DO NOTHING")
_POSITION = text("SELECT position FROM migration_position WHERE step = :step FOR UPDATE")
_ADVANCE = text("UPDATE migration_position SET position = :upto WHERE step = :step")
