"""What the routes work with: the database of this instance, the clock, and the transaction of the call."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine

from api.settings import settings
from notifications.database import sessions
from notifications.database.engine import autocommitting, engine


@dataclass(frozen=True, slots=True)
class _Work:
    connection: Connection
    afterwards: list[Callable[[], None]] = field(default_factory=list)


_work: ContextVar[_Work | None] = ContextVar("work", default=None)


def database() -> Engine:
    """The engine of this function instance."""
    return engine(settings().resolve_database_url(), sessions.API)


def now() -> datetime:
    """The moment of this call."""
    return datetime.now(UTC)


@contextmanager
def transaction() -> Iterator[Connection]:
    """The transaction of this call: what it does, takes effect as a whole. Inside another one it is that one."""
    outer = _work.get()
    if outer is not None:
        yield outer.connection
        return
    with database().begin() as connection:
        work = _Work(connection)
        token = _work.set(work)
        try:
            yield connection
        finally:
            _work.reset(token)
    for act in work.afterwards:
        act()


def autocommit() -> AbstractContextManager[Connection]:
    """For reads, and for a change that is one statement: each takes effect by itself, unless inside a transaction."""
    outer = _work.get()
    return nullcontext(outer.connection) if outer else autocommitting(database()).connect()


def after_commit(act: Callable[[], None]) -> None:
    """Have something done once the transaction of this call has taken effect."""
    work = _work.get()
    assert work is not None
    work.afterwards.append(act)
