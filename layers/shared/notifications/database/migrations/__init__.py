"""The schema's history (Alembic) and the two calls that move a database along it."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from notifications.contracts.errors import NotificationsError

# Any number that no other application on the same database locks.
_LOCK_ID = 7_301_984


class FromTheFuture(NotificationsError):
    """The database is at a revision that this code does not know: that of newer code."""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring a database to a revision, in one transaction. Calls that overlap wait for each other.

    Raises:
        FromTheFuture: newer code has been here. Nothing was changed.
    """
    _move(engine, command.upgrade, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take a database back to an earlier revision, in one transaction."""
    _move(engine, command.downgrade, revision)


def revisions() -> list[str]:
    """All revisions, the oldest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]


def sql(revision: str) -> str:
    """The SQL of one revision's upgrade, as a tool that checks SQL reads it."""
    known = revisions()
    before = known[known.index(revision) - 1] if revision != known[0] else "base"
    written = StringIO()
    command.upgrade(_config(written), f"{before}:{revision}", sql=True)
    return written.getvalue()


def _config(output: StringIO | None = None) -> Config:
    config = Config(output_buffer=output)
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def _move(engine: Engine, move: Callable[[Config, str], None], revision: str) -> None:
    config = _config()
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": _LOCK_ID})
        current = MigrationContext.configure(connection).get_current_revision()
        if current is not None and current not in revisions():
            raise FromTheFuture(f"the database is at revision {current}, which this code does not know")
        config.attributes["connection"] = connection
        move(config, revision)
