"""Upgrade and downgrade the database schema by Alembic revisions.

A revision is one transaction, which steps outside it may precede (`notifications.database.migrations.online`). See
CONTRIBUTING.md.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from io import StringIO
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from notifications.contracts.errors import NotificationsError
from notifications.database import sessions
from notifications.database.migrations.run import Run, Unfinished, exclusive
from notifications.database.migrations.suitability import UnsuitableDatabase, check

__all__ = ["NewerDatabase", "Unfinished", "UnsuitableDatabase", "downgrade", "revisions", "sql", "upgrade"]

type Folders = Sequence[Path]

# Folders of the revisions. Tests add one of their own.
VERSIONS: Folders = (Path(__file__).parent / "versions",)
_WITHIN = sessions.MIGRATOR.statement


class NewerDatabase(NotificationsError):
    """The database is at a revision of newer code, which this code does not know."""


def upgrade(
    engine: Engine, revision: str = "head", *, within: timedelta = _WITHIN, versions: Folders = VERSIONS
) -> None:
    """Upgrade a database to a revision, one revision at a time. Concurrent calls wait for each other.

    Args:
        within: time limit of the whole upgrade.
        versions: folders of the revisions.

    Raises:
        UnsuitableDatabase: the service cannot work with this database. Nothing was changed.
        NewerDatabase: newer code has upgraded the database. Nothing was changed.
        Unfinished: the time limit was reached. The next call continues from there.
    """
    check(engine)
    run, known = Run(within), revisions(versions)
    with exclusive(engine, run):
        done = known.index(current) + 1 if (current := _current(engine, known)) else 0
        wanted = len(known) if revision == "head" else known.index(revision) + 1
        for each in known[done:wanted]:
            _move(engine, run, command.upgrade, each, versions)


def downgrade(engine: Engine, revision: str, *, within: timedelta = _WITHIN, versions: Folders = VERSIONS) -> None:
    """Downgrade a database to an earlier revision or `base`, one revision at a time."""
    run, known = Run(within), ["base", *revisions(versions)]
    with exclusive(engine, run):
        current = _current(engine, known) or "base"
        for each in known[known.index(revision) : known.index(current)][::-1]:
            _move(engine, run, command.downgrade, each, versions)


def revisions(versions: Folders = VERSIONS) -> list[str]:
    """List all revisions, oldest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config(versions)).walk_revisions()][::-1]


def sql(revision: str, *, versions: Folders = VERSIONS) -> str:
    """Return the SQL of one revision's upgrade, for tools that check SQL."""
    known = revisions(versions)
    before = known[known.index(revision) - 1] if revision != known[0] else "base"
    config = _config(versions, written := StringIO())
    config.attributes["run"] = Run(_WITHIN)
    command.upgrade(config, f"{before}:{revision}", sql=True)
    return written.getvalue()


def _config(versions: Folders, output: StringIO | None = None) -> Config:
    config = Config(output_buffer=output)
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(map(str, versions)))
    return config


def _current(engine: Engine, known: Sequence[str]) -> str | None:
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise NewerDatabase(f"the database is at revision {current}, which this code does not know")
    return current


def _move(engine: Engine, run: Run, move: Callable[[Config, str], None], revision: str, versions: Folders) -> None:
    config = _config(versions)
    config.attributes["run"] = run
    try:
        for attempt in run.attempts():
            with attempt, engine.connect() as connection:
                run.begin(revision)
                run.check_time()
                config.attributes["connection"] = connection
                move(config, revision)
    except SQLAlchemyError:
        # A statement or a lock that ran into its time limit.
        run.check_time()
        raise
