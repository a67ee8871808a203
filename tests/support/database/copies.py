"""Copies of the database by an operator's tools: `pg_dump`, and `pg_restore` into another database."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from local.servers.postgres import BIN


def dump(engine: Engine, file: Path) -> None:
    """Write a dump of a database into a file."""
    _run("pg_dump", "--format=custom", f"--file={file}", *_address(engine), "postgres")


@contextmanager
def restored(engine: Engine, file: Path) -> Iterator[Engine]:
    """Restore a dump into a new database on the same server for the duration of the block."""
    server = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE restored"))
    copy = create_engine(engine.url.set(database="restored"))
    try:
        _run("pg_restore", "--exit-on-error", "--dbname=restored", *_address(engine), str(file))
        yield copy
    finally:
        copy.dispose()
        with server.connect() as connection:
            connection.execute(text("DROP DATABASE restored"))
        server.dispose()


def _address(engine: Engine) -> tuple[str, str]:
    return f"--host={engine.url.query['host']}", "--username=postgres"


def _run(tool: str, *options: str) -> None:
    subprocess.run([BIN / tool, *options], check=True, capture_output=True, text=True)
