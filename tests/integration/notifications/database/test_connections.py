"""Database connections: session settings, and behaviour when a connection ends or gets no answer."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from notifications.database import engine as database
from notifications.database import sessions
from notifications.database.engine import CONNECTIONS_PER_INSTANCE
from notifications.database.sessions import GRACE, IDLE_TIMEOUT, Session
from tests.support.database.silence import Relay, silent
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Answer

LAST_STATEMENT = text("SELECT query FROM pg_stat_activity WHERE pid = :pid")
ACTIVE = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid AND state = 'active'")
END = text("SELECT pg_terminate_backend(:pid, 1000)")
# Seconds for everything else, the same as in Lambda.
MARGIN = 2
IMPATIENT = Session(connect=timedelta(seconds=2), statement=timedelta(seconds=1))


@pytest.fixture
def server(engine: Engine) -> Iterator[Connection]:
    """A second connection to the same server."""
    other = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        yield connection
    other.dispose()


@pytest.fixture
def relay(database_url: str) -> Relay:
    folder = make_url(database_url).query["host"]
    assert isinstance(folder, str)
    return Relay(str(Path(folder) / ".s.PGSQL.5432"))


@contextmanager
def _engine(database_url: str, trusted: timedelta) -> Iterator[Engine]:
    engine = database.engine(database_url, replace(sessions.TOOL, trusted=trusted))
    yield engine
    engine.dispose()


def _use(engine: Engine) -> int:
    """Use a connection, return it to the pool, and return the process id of its server."""
    with engine.begin() as connection:
        pid: int = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return pid


def _taken(engine: Engine, server: Connection, pid: int) -> str:
    """Return the server's last statement on a connection after it is taken from the pool."""
    with engine.connect():
        statement: str = server.execute(LAST_STATEMENT, {"pid": pid}).scalar_one()
    return statement


def _setting(engine: Engine, name: str) -> str:
    with engine.connect() as connection:
        value: str = connection.execute(text("SELECT current_setting(:name)"), {"name": name}).scalar_one()
    return value


def _ask(engine: Engine) -> tuple[Answer, float]:
    """Call the API on a database, and return the answer and the seconds that it took."""
    began = time.monotonic()
    answer = api_over(engine)("GET", "client/79261234567/")
    return answer, time.monotonic() - began


def test_an_instance_closes_its_connections_at_its_end(engine: Engine) -> None:
    assert engine.pool.size() == CONNECTIONS_PER_INSTANCE  # type: ignore[attr-defined]
    with engine.connect() as connection:
        wanted = text("SELECT current_setting('idle_session_timeout')::interval")
        assert connection.execute(wanted).scalar_one() == IDLE_TIMEOUT


@pytest.mark.parametrize("trusted", [sessions.TOOL.trusted, timedelta(0)])
def test_a_connection_that_the_server_ended_is_replaced(
    server: Connection, database_url: str, trusted: timedelta
) -> None:
    with _engine(database_url, trusted) as engine:
        pid = _use(engine)
        assert server.execute(END, {"pid": pid}).scalar_one()
        assert _use(engine) != pid


def test_a_recently_used_connection_is_not_pinged(server: Connection, database_url: str) -> None:
    with _engine(database_url, timedelta(hours=1)) as engine:
        assert _taken(engine, server, _use(engine)) == "COMMIT"


def test_a_long_idle_connection_is_pinged(server: Connection, database_url: str) -> None:
    with _engine(database_url, timedelta(0)) as engine:
        assert _taken(engine, server, _use(engine)) == ";"


@pytest.mark.parametrize(
    "session", [sessions.API, sessions.DISPATCHER, sessions.SENDER], ids=["api", "dispatcher", "sender"]
)
def test_a_session_has_the_settings_of_its_function(database_url: str, session: Session) -> None:
    engine = database.engine(database_url, session)
    assert _setting(engine, "statement_timeout") == f"{session.statement.total_seconds():.0f}s"
    assert _setting(engine, "enable_seqscan") == ("off" if session is sessions.SENDER else "on")
    assert _setting(engine, "TimeZone") == "UTC"
    engine.dispose()


def test_the_api_reports_a_database_that_accepts_and_never_answers() -> None:
    with silent() as port:
        engine = database.engine(f"postgresql://u@127.0.0.1:{port}/n?sslmode=disable", IMPATIENT)
        answer, seconds = _ask(engine)
    assert (answer.status, answer.headers["Content-Type"]) == (500, "application/problem+json")
    assert seconds < IMPATIENT.longest_failure.total_seconds() + MARGIN


def test_the_api_reports_a_statement_that_does_not_end(engine: Engine, server: Connection, database_url: str) -> None:
    assert engine
    hanging = database.engine(database_url, IMPATIENT)
    server.execute(text("BEGIN; LOCK TABLE client"))
    answer, seconds = _ask(hanging)
    server.execute(text("ROLLBACK"))
    assert (answer.status, answer.headers["Content-Type"]) == (500, "application/problem+json")
    assert seconds < IMPATIENT.longest_failure.total_seconds() + MARGIN
    assert _ask(hanging)[0].status == 404
    hanging.dispose()


def test_the_api_reports_a_silent_database_and_recovers_with_it(engine: Engine, relay: Relay) -> None:
    assert engine
    with relay.open() as port:
        behind = database.engine(f"postgresql://postgres@127.0.0.1:{port}/postgres?sslmode=disable", IMPATIENT)
        assert _ask(behind)[0].status == 404
        relay.talks.clear()
        answer, seconds = _ask(behind)
        relay.talks.set()
        assert (answer.status, answer.headers["Content-Type"]) == (500, "application/problem+json")
        assert seconds < IMPATIENT.longest_failure.total_seconds() + MARGIN
        assert _ask(behind)[0].status == 404
        behind.dispose()


def test_a_statement_abandoned_by_the_client_is_ended_on_the_server(server: Connection, database_url: str) -> None:
    engine = database.engine(database_url, IMPATIENT)
    with engine.connect() as connection:
        connection.execute(text("SET statement_timeout = 0"))
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        began = time.monotonic()
        with pytest.raises(OperationalError, match="has not answered for 2 seconds"):
            connection.execute(text("SELECT pg_sleep(60)"))
        assert time.monotonic() - began < (IMPATIENT.client_limit + GRACE).total_seconds()
        assert connection.invalidated
    # The server may need a moment.
    for _ in range(20):
        if not server.execute(ACTIVE, {"pid": pid}).scalar_one():
            break
        time.sleep(0.1)
    assert server.execute(ACTIVE, {"pid": pid}).scalar_one() == 0
    engine.dispose()
