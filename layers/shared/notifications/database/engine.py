"""The way to Postgres: one lazily opened connection per function instance, with timeouts and TLS."""

import ssl
import time
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

# Imported while the function starts, when Lambda gives it a whole processor, and not by its first invocation.
import psycopg
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from notifications.database.sockets import has_news

# An instance handles one event at a time, so it needs one connection.
CONNECTIONS_PER_INSTANCE = 1
# Of a statement, and of the silence of a peer that has gone: libpq waits for ever by default.
PATIENCE = timedelta(seconds=60)
# Lambda keeps instances that have nothing to do, and those of replaced code, without a word to the server.
IDLE_TIMEOUT = timedelta(minutes=10)
# So long after its last use a connection is held for alive if its server has said nothing since.
TRUSTED = timedelta(seconds=1)
# The roots of RDS, which no system knows: of every region, until 2061.
RDS_ROOTS = Path(__file__).with_name("rds-roots.pem")
RDS_DOMAINS = (".rds.amazonaws.com", ".rds.amazonaws.com.cn")

_engines: dict[str, Engine] = {}


def engine(url: str) -> Engine:
    """The engine for a database URL, `postgresql://user:password@host:port/name`; the same one every time.

    The connection is encrypted and the server's certificate and name are verified, unless the URL says
    `?sslmode=disable`. The connection to another URL, as before the password was rotated, is given up.
    """
    if url not in _engines:
        for known in list(_engines):
            _engines.pop(known).dispose()
        _engines[url] = _create(url)
    return _engines[url]


@lru_cache(maxsize=1)
def autocommitting(engine: Engine) -> Engine:
    """The engine for statements that each take effect by themselves: BEGIN and COMMIT are a round trip each."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _create(url: str) -> Engine:
    # Which driver it is, is not the URL's matter: those of older stacks name another.
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    made = create_engine(
        parsed.difference_update_query(["sslmode"]),
        pool_size=CONNECTIONS_PER_INSTANCE,
        max_overflow=0,
        # An error's parameters would put phones and texts into the log.
        hide_parameters=True,
        # Saves a query at each connect.
        use_native_hstore=False,
        connect_args=_PATIENT | _tls(parsed),
    )
    _replace_dead_connections(made)
    return made


def _replace_dead_connections(engine: Engine) -> None:
    """Have a connection that may have died be replaced before its next use.

    SQLAlchemy's `pool_pre_ping` asks the server each time, which is a sixth of a short call. Here a server that closes
    a connection is heard without asking, and one that went without a word is asked for after a while.
    """

    @event.listens_for(engine, "checkin")
    def leave(_: Any, record: ConnectionPoolEntry) -> None:
        # By the clock of the wall: an instance that Lambda freezes may not count the time.
        record.info["left"] = time.time()

    @event.listens_for(engine, "checkout")
    def take(connection: Any, record: ConnectionPoolEntry, _: Any) -> None:
        left = record.info.get("left")
        trusted = left is None or 0 <= time.time() - left < TRUSTED.total_seconds()
        try:
            if not trusted or has_news(connection.fileno()):
                engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise DisconnectionError from error


_SECONDS = int(PATIENCE.total_seconds())
_PATIENT = {
    "connect_timeout": _SECONDS,
    "tcp_user_timeout": _SECONDS * 1000,
    "keepalives_idle": _SECONDS // 3,
    "keepalives_interval": _SECONDS // 6,
    "keepalives_count": 4,
    "options": " ".join(
        (
            "-c timezone=UTC",
            f"-c statement_timeout={_SECONDS}s",
            f"-c idle_session_timeout={IDLE_TIMEOUT.total_seconds():.0f}s",
            # A plan lasts as long as its connection: one made for ten rows must not read all of a million.
            "-c enable_seqscan=off",
        )
    ),
}


def _tls(url: URL) -> dict[str, str]:
    mode = url.query.get("sslmode", "verify-full")
    match mode:
        case "disable":
            return {"sslmode": mode}
        case "verify-full":
            return {"sslmode": mode, "sslrootcert": str(_roots(url.host or ""))}
        case _:
            raise ValueError(f"sslmode is {mode!r}, and only 'verify-full' and 'disable' are known")


def _roots(host: str) -> Path | str:
    if host.endswith(RDS_DOMAINS):
        return RDS_ROOTS
    # Of the system; libpq's own idea of where they are is that of the machine which it was built on.
    return ssl.get_default_verify_paths().cafile or "system"
