"""What the server is told of a connection, and what becomes of one that it ends."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from notifications.database import engine as database
from notifications.database.engine import CONNECTIONS_PER_INSTANCE, IDLE_TIMEOUT

LAST_STATEMENT = text("SELECT query FROM pg_stat_activity WHERE pid = :pid")
END = text("SELECT pg_terminate_backend(:pid, 1000)")


@pytest.fixture
def server(engine: Engine) -> Iterator[Connection]:
    """Another's connection to the same server."""
    other = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        yield connection
    other.dispose()


def _use(engine: Engine) -> int:
    """Do something in a connection and give it back. Gives the server's process behind it."""
    with engine.begin() as connection:
        pid: int = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return pid


def _taken(engine: Engine, server: Connection, pid: int) -> str:
    """The last statement that the server has had on a connection when it is taken again."""
    with engine.connect():
        statement: str = server.execute(LAST_STATEMENT, {"pid": pid}).scalar_one()
    return statement


def test_an_instance_has_its_connections_and_leaves_none_behind(engine: Engine) -> None:
    assert engine.pool.size() == CONNECTIONS_PER_INSTANCE  # type: ignore[attr-defined]
    with engine.connect() as connection:
        wanted = text("SELECT current_setting('idle_session_timeout')::interval")
        assert connection.execute(wanted).scalar_one() == IDLE_TIMEOUT


@pytest.mark.parametrize("trusted", [database.TRUSTED, timedelta(0)])
def test_a_connection_that_the_server_ended_is_replaced(
    engine: Engine, server: Connection, monkeypatch: pytest.MonkeyPatch, trusted: timedelta
) -> None:
    monkeypatch.setattr(database, "TRUSTED", trusted)
    pid = _use(engine)
    assert server.execute(END, {"pid": pid}).scalar_one()
    assert _use(engine) != pid


def test_a_connection_in_use_just_now_is_not_asked_whether_it_lives(
    engine: Engine, server: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "TRUSTED", timedelta(hours=1))
    assert _taken(engine, server, _use(engine)) == "COMMIT"


def test_a_connection_left_for_a_while_is_asked_whether_it_lives(
    engine: Engine, server: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = _use(engine)
    monkeypatch.setattr(database, "TRUSTED", timedelta(0))
    assert _taken(engine, server, pid) == ";"
