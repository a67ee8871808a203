"""A few connections that live as long as the process: a task borrows one for a statement, whatever the pool is."""

import os
from queue import LifoQueue
from typing import Any

import psycopg

# More than a process can keep busy: a statement takes a millisecond, the provider fifty.
CONNECTIONS = 10

_free: LifoQueue[psycopg.Connection | None] = LifoQueue()
for _ in range(CONNECTIONS):
    _free.put(None)


def execute(query: str, values: dict[str, Any]) -> list[Any]:
    """The rows that a statement gives; it is a transaction of its own, one round trip."""
    connection = _free.get()
    try:
        connection = connection or connect()
        cursor = connection.execute(query, values)
        return cursor.fetchall() if cursor.description else []
    finally:
        _free.put(None if connection is None or connection.broken else connection)


def connect() -> psycopg.Connection:
    """A connection of one's own."""
    return psycopg.connect(os.environ["PEER_DATABASE"], autocommit=True)
