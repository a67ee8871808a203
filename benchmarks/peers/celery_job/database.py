"""A pool of connections for the process's lifetime. A task borrows one for each statement, in any worker pool."""

import os
from queue import LifoQueue
from typing import Any

import psycopg

# Enough for a process: a statement takes a millisecond, a call of the provider fifty.
CONNECTIONS = 10

_free: LifoQueue[psycopg.Connection | None] = LifoQueue()
for _ in range(CONNECTIONS):
    _free.put(None)


def execute(query: str, values: dict[str, Any]) -> list[Any]:
    """Run a statement in its own transaction, in one round trip, and return its rows."""
    connection = _free.get()
    try:
        connection = connection or connect()
        cursor = connection.execute(query, values)
        return cursor.fetchall() if cursor.description else []
    finally:
        _free.put(None if connection is None or connection.broken else connection)


def connect() -> psycopg.Connection:
    """Open a connection outside the pool."""
    return psycopg.connect(os.environ["PEER_DATABASE"], autocommit=True)
