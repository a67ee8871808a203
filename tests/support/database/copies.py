"""A copy of the database by the tools that an operator has: `pg_dump`, and `pg_restore` into another database."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from local.servers.postgres import BIN


def dump(engine: Engine, file: Path) -> None:
    """Write all that a database has into a file."""
    _run("pg_dump", "--format=custom", f"--file={file}", *_address(engine), "postgres")


@contextmanager
def restored(engine: Engine, file: Path) -> Iterator[Engine]:
    """A database of its own, on the same server, with what the file has."""
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
