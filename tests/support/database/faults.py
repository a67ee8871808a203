"""Faults of the database."""

from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, text


def end_connection(connection: Connection) -> None:
    """Terminate a connection on the server."""
    driver: Any = connection.connection.dbapi_connection
    admin = create_engine(connection.engine.url, poolclass=NullPool)
    with admin.begin() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 1000)"), {"pid": driver.info.backend_pid})
    admin.dispose()
