"""The way to Postgres: one lazily opened connection per function instance, with timeouts and TLS."""

import ssl
from datetime import timedelta
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, make_url

# An instance handles one event at a time, so it needs one connection.
CONNECTIONS_PER_INSTANCE = 1
# pg8000 waits for ever by default, also on a peer that has silently gone.
SOCKET_TIMEOUT = timedelta(seconds=60)
# Lambda keeps instances that have nothing to do, and those of replaced code, without a word to the server.
IDLE_TIMEOUT = timedelta(minutes=10)
# The roots of RDS, which no system knows: of every region, until 2061.
RDS_ROOTS = Path(__file__).with_name("rds-roots.pem")

_engines: dict[str, Engine] = {}


def engine(url: str) -> Engine:
    """The engine for a database URL, `postgresql+pg8000://user:password@host:port/name`; the same one every time.

    The connection is encrypted and the server's certificate and name are verified, unless the URL says
    `?sslmode=disable`. The connection to another URL, as before the password was rotated, is given up.
    """
    if url not in _engines:
        for known in list(_engines):
            _engines.pop(known).dispose()
        _engines[url] = _create(url)
    return _engines[url]


def _create(url: str) -> Engine:
    parsed = make_url(url)
    return create_engine(
        parsed.difference_update_query(["sslmode"]),
        pool_size=CONNECTIONS_PER_INSTANCE,
        max_overflow=0,
        pool_pre_ping=True,
        # An error's parameters would put phones and texts into the log.
        hide_parameters=True,
        connect_args={
            "timeout": SOCKET_TIMEOUT.total_seconds(),
            "ssl_context": _ssl_context(parsed),
            "startup_params": {"idle_session_timeout": f"{IDLE_TIMEOUT.total_seconds():.0f}s"},
        },
    )


def _ssl_context(url: URL) -> ssl.SSLContext | None:
    mode = url.query.get("sslmode", "verify-full")
    if mode == "disable":
        return None
    if mode != "verify-full":
        raise ValueError(f"sslmode is {mode!r}, and only 'verify-full' and 'disable' are known")
    context = ssl.create_default_context()
    context.load_verify_locations(RDS_ROOTS)
    return context
