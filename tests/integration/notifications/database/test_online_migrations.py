"""Migrations of large tables: steps outside a transaction that continue after an interruption, and short locks."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from notifications.database import engine as database
from notifications.database import migrations, sessions
from notifications.database.migrations import online

ROWS = 3000
# Seconds: `deadlock_timeout` of PostgreSQL.
SERVER_FINDS_DEADLOCKS_AFTER = 1
REVISION = """
from alembic import op
from notifications.database.migrations import online

revision = {number!r}
down_revision = {before!r}


def upgrade() -> None:
    {up}


def downgrade() -> None:
    {down}
"""
NEWEST = migrations.revisions()[-1]
ENDS_THE_CONNECTION = "SELECT pg_terminate_backend(pg_backend_pid()) FROM numbers"

type Upgrade = Callable[..., None]


@pytest.fixture
def numbers(fresh: Engine) -> Engine:
    """A database with a table of numbered rows, each with a counter of 0."""
    migrations.upgrade(fresh)
    with fresh.begin() as connection:
        connection.execute(text("CREATE TABLE numbers (id bigint PRIMARY KEY, handled int NOT NULL, kind text)"))
        connection.execute(text("INSERT INTO numbers SELECT n, 0, 'odd' FROM generate_series(1, :n) AS n"), {"n": ROWS})
    return fresh


@pytest.fixture
def upgrade(numbers: Engine, tmp_path: Path) -> Upgrade:
    """Upgrade to a revision with the given steps in the migrator's session."""
    url = numbers.url.update_query_dict({"sslmode": "disable"})
    engine = database.engine(url.render_as_string(hide_password=False), sessions.MIGRATOR)

    def act(*steps: str, within: timedelta = timedelta(minutes=1)) -> None:
        migrations.upgrade(engine, within=within, versions=_with_revision(tmp_path, steps))

    return act


def _with_revision(folder: Path, steps: Sequence[str]) -> Sequence[Path]:
    written = REVISION.format(number="test", before=NEWEST, up="\n    ".join(steps), down="pass")
    (folder / "test.py").write_text(written)
    return (*migrations.VERSIONS, folder)


def value(engine: Engine, query: str) -> object:
    with engine.connect() as connection:
        return connection.execute(text(query)).scalar_one()


def revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def in_batches(statement: str) -> str:
    return f"online.in_batches('numbers', {statement!r})"


HANDLE = "UPDATE numbers SET handled = handled + 1 WHERE id > :after AND id <= :upto"
IS_DONE = "SELECT count(*) = 0 FROM numbers WHERE handled <> 1"
NO_POSITIONS = "SELECT to_regclass('migration_position') IS NULL"


def test_batches_handle_every_row_once(numbers: Engine, upgrade: Upgrade) -> None:
    upgrade(in_batches(HANDLE))
    assert value(numbers, IS_DONE)
    assert value(numbers, NO_POSITIONS)
    assert revision(numbers) == "test"


def test_batches_continue_after_a_crash(numbers: Engine, upgrade: Upgrade) -> None:
    crash = f"({ENDS_THE_CONNECTION} WHERE id = 2000 AND id > :after AND id <= :upto)"
    with pytest.raises(SQLAlchemyError):
        upgrade(in_batches(f"WITH crash AS MATERIALIZED {crash} {HANDLE} AND (SELECT count(*) FROM crash) >= 0"))
    assert 0 < value(numbers, "SELECT sum(handled) FROM numbers") < 2000  # type: ignore[operator]
    assert revision(numbers) == NEWEST
    upgrade(in_batches(HANDLE))
    assert value(numbers, IS_DONE)


def test_batches_continue_after_a_timeout(numbers: Engine, upgrade: Upgrade) -> None:
    slow = f"WITH slow AS MATERIALIZED (SELECT pg_sleep(0.4)) {HANDLE} AND (SELECT count(*) FROM slow) > 0"
    with pytest.raises(migrations.Unfinished, match=r"up at revision test, behind \d+ of step test/1. Deploy again"):
        upgrade(in_batches(slow), within=timedelta(seconds=2))
    assert 0 < value(numbers, "SELECT sum(handled) FROM numbers") < ROWS  # type: ignore[operator]
    upgrade(in_batches(HANDLE))
    assert value(numbers, IS_DONE)
    assert value(numbers, NO_POSITIONS)


def test_each_batched_statement_has_a_position_of_its_own(numbers: Engine, upgrade: Upgrade) -> None:
    rename = "UPDATE numbers SET kind = 'even' WHERE id % 2 = 0 AND id > :after AND id <= :upto"
    upgrade(in_batches(HANDLE), in_batches(rename))
    assert value(numbers, IS_DONE)
    assert value(numbers, "SELECT count(*) FROM numbers WHERE kind = 'even'") == ROWS // 2


def test_a_batch_that_waits_for_a_lock_releases_its_own_and_retries(numbers: Engine, upgrade: Upgrade) -> None:
    with numbers.begin() as other:
        other.execute(text("UPDATE numbers SET kind = 'held' WHERE id = 10"))
        held = threading.Timer(1, other.commit)
        held.start()
        upgrade(in_batches(HANDLE))
        held.join()
    assert value(numbers, IS_DONE)


def test_an_index_is_built_while_others_write(numbers: Engine, upgrade: Upgrade) -> None:
    stop = threading.Event()
    written: list[int] = []
    writer = threading.Thread(target=_write, args=(numbers, stop, written))
    writer.start()
    try:
        upgrade("online.create_index('ix_numbers_kind', 'numbers', ['kind'], where='handled = 0')")
    finally:
        stop.set()
        writer.join()
    assert written
    assert value(numbers, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_numbers_kind'::regclass")


def _write(engine: Engine, stop: threading.Event, written: list[int]) -> None:
    other = create_engine(engine.url)
    while not stop.is_set() or not written:
        with other.begin() as connection:
            row = connection.execute(text("INSERT INTO numbers SELECT max(id) + 1, 0 FROM numbers RETURNING id"))
            written.append(row.scalar_one())
    other.dispose()


def test_an_invalid_index_of_an_interruption_is_rebuilt(numbers: Engine, upgrade: Upgrade) -> None:
    step = "online.create_index('ix_numbers_kind', 'numbers', ['kind'], unique=True)"
    with pytest.raises(IntegrityError):
        upgrade(step)
    assert not value(numbers, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_numbers_kind'::regclass")
    with numbers.begin() as connection:
        connection.execute(text("UPDATE numbers SET kind = id"))
    upgrade(step)
    assert value(numbers, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_numbers_kind'::regclass")


def test_an_index_is_dropped_once(numbers: Engine, upgrade: Upgrade) -> None:
    with numbers.begin() as connection:
        connection.execute(text("CREATE INDEX ix_numbers_kind ON numbers (kind)"))
    upgrade(*["online.drop_index('ix_numbers_kind')"] * 2)
    assert value(numbers, "SELECT to_regclass('ix_numbers_kind') IS NULL")


def test_a_constraint_is_validated_after_it_was_added(numbers: Engine, upgrade: Upgrade) -> None:
    with numbers.begin() as connection:
        connection.execute(text("ALTER TABLE numbers ADD CONSTRAINT few CHECK (handled < 9) NOT VALID"))
    upgrade("online.validate_constraint('numbers', 'few')")
    assert value(numbers, "SELECT convalidated FROM pg_constraint WHERE conname = 'few'")


def test_statements_after_the_online_steps_are_one_transaction(numbers: Engine, upgrade: Upgrade) -> None:
    with pytest.raises(DBAPIError):
        upgrade(in_batches(HANDLE), "op.execute('CREATE TABLE made ()')", "op.execute('SELECT 1 / 0')")
    assert value(numbers, IS_DONE)
    assert value(numbers, "SELECT to_regclass('made') IS NULL")
    upgrade(in_batches(HANDLE), "op.execute('CREATE TABLE made ()')")
    assert value(numbers, IS_DONE)


def test_a_revision_that_writes_before_an_online_step_is_refused(numbers: Engine, upgrade: Upgrade) -> None:
    with pytest.raises(online.MixedRevision, match="Revision test writes in its transaction"):
        upgrade("op.execute('CREATE TABLE made ()')", in_batches(HANDLE))
    assert value(numbers, "SELECT to_regclass('made') IS NULL")


def test_a_migration_waits_for_a_lock_in_short_attempts(numbers: Engine, upgrade: Upgrade) -> None:
    with numbers.connect() as holder:
        holder.execute(text("SELECT count(*) FROM numbers"))
        held = threading.Timer(1, holder.rollback)
        held.start()
        upgrade("op.execute('ALTER TABLE numbers ADD COLUMN more int')")
        held.join()
    assert value(numbers, "SELECT count(more) FROM numbers") == 0


def test_a_migration_gives_way_to_others_that_lock_in_another_order(numbers: Engine, upgrade: Upgrade) -> None:
    steps = [f"op.execute('ALTER TABLE {table} ADD COLUMN more int')" for table in ("tag", "numbers")]
    migrator = threading.Thread(target=upgrade, args=steps)
    waited = []
    with numbers.begin() as other:
        other.execute(text("UPDATE numbers SET handled = 7 WHERE id = 1"))
        migrator.start()
        for _ in range(20):
            time.sleep(0.05)
            began = time.monotonic()
            with other.begin_nested() as savepoint:
                other.execute(text("SELECT count(*) FROM tag"))
                savepoint.rollback()
            waited.append(time.monotonic() - began)
    migrator.join()
    assert max(waited) < SERVER_FINDS_DEADLOCKS_AFTER / 2
    assert value(numbers, "SELECT count(more) FROM numbers") == 0
    assert value(numbers, "SELECT count(*) FROM numbers WHERE handled = 7") == 1


def test_a_lock_timeout_changes_nothing(numbers: Engine, upgrade: Upgrade) -> None:
    with numbers.connect() as holder:
        holder.execute(text("SELECT count(*) FROM numbers"))
        with pytest.raises(migrations.Unfinished):
            upgrade("op.execute('ALTER TABLE numbers ADD COLUMN more int')", within=timedelta(seconds=1))
    assert revision(numbers) == NEWEST


def test_concurrent_migrations_wait_for_each_other(numbers: Engine, upgrade: Upgrade) -> None:
    with numbers.begin() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(7301984)"))
        with pytest.raises(migrations.Unfinished, match="Another migration is running"):
            upgrade(in_batches(HANDLE), within=timedelta(seconds=1))
    upgrade(in_batches(HANDLE))
    assert value(numbers, IS_DONE)


def test_the_sql_of_online_steps_is_written_without_a_database(tmp_path: Path) -> None:
    steps = [
        "online.create_index('ix_numbers_kind', 'numbers', ['kind'])",
        in_batches(HANDLE),
        "online.validate_constraint('numbers', 'few')",
        "online.drop_index('ix_numbers_kind')",
        "op.execute('CREATE TABLE made ()')",
    ]
    written = migrations.sql("test", versions=_with_revision(tmp_path, steps)).splitlines()
    assert [line for line in written if line and not line.startswith(("SET", "--"))] == [
        "BEGIN;",
        "COMMIT;",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_numbers_kind ON numbers (kind);",
        "BEGIN;",
        "COMMIT;",
        "UPDATE numbers SET handled = handled + 1 WHERE id > 0 AND id <= 100;",
        "BEGIN;",
        "COMMIT;",
        "ALTER TABLE numbers VALIDATE CONSTRAINT few;",
        "BEGIN;",
        "COMMIT;",
        "DROP INDEX CONCURRENTLY IF EXISTS ix_numbers_kind;",
        "BEGIN;",
        "CREATE TABLE made ();",
        f"UPDATE alembic_version SET version_num='test' WHERE alembic_version.version_num = '{NEWEST}';",
        "COMMIT;",
    ]
