"""The schema's history (Alembic) and the two calls that move a database along it."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

# Any number that no other application on the same database locks.
_LOCK_ID = 7_301_984


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring a database to a revision, in one transaction. Calls that overlap wait for each other."""
    _move(engine, command.upgrade, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take a database back to an earlier revision, in one transaction."""
    _move(engine, command.downgrade, revision)


def _move(engine: Engine, move: Callable[[Config, str], None], revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": _LOCK_ID})
        config.attributes["connection"] = connection
        move(config, revision)
