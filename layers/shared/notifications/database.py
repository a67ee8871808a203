"""The way to Postgres: one lazily opened connection per function instance, with timeouts and TLS."""

import ssl
from datetime import timedelta
from functools import cache

from sqlalchemy import URL, Engine, create_engine, make_url

# An instance handles one event at a time, so it needs one connection.
CONNECTIONS_PER_INSTANCE = 1
# pg8000 waits for ever by default, also on a peer that has silently gone.
SOCKET_TIMEOUT = timedelta(seconds=60)


@cache
def engine(url: str) -> Engine:
    """The engine for a database URL, `postgresql+pg8000://user:password@host:port/name`.

    The connection is encrypted and the server's certificate and name are verified, unless the URL says
    `?sslmode=disable`.
    """
    parsed = make_url(url)
    return create_engine(
        parsed.difference_update_query(["sslmode"]),
        pool_size=CONNECTIONS_PER_INSTANCE,
        max_overflow=0,
        pool_pre_ping=True,
        # An error's parameters would put phones and texts into the log.
        hide_parameters=True,
        connect_args={"timeout": SOCKET_TIMEOUT.total_seconds(), "ssl_context": _ssl_context(parsed)},
    )


def _ssl_context(url: URL) -> ssl.SSLContext | None:
    mode = url.query.get("sslmode", "verify-full")
    if mode == "disable":
        return None
    if mode != "verify-full":
        raise ValueError(f"sslmode is {mode!r}, and only 'verify-full' and 'disable' are known")
    return ssl.create_default_context()
