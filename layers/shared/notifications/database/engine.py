"""SQLAlchemy engines: one lazily opened connection per function instance, with time limits and verified TLS."""

import ssl
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, Dialect, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError

from notifications.database.connections import BoundedConnection, connect
from notifications.database.sessions import TOOL, Session

# An instance handles one event at a time, so it needs one connection.
CONNECTIONS_PER_INSTANCE = 1
# Root certificates of RDS in all regions, valid until 2061. They are in no system's trust store.
RDS_ROOTS = Path(__file__).with_name("rds-roots.pem")
RDS_DOMAINS = (".rds.amazonaws.com", ".rds.amazonaws.com.cn")
# Part of the host name of an RDS Proxy. Its ACM certificate is signed by roots in every system's trust store.
RDS_PROXY = ".proxy-"

_engines: dict[Session, tuple[str, Engine]] = {}


def engine(url: str, session: Session = TOOL) -> Engine:
    """Return the engine for a database URL, `postgresql://user:password@host:port/name`; the same engine every time.

    The connection is encrypted and the server's certificate and name are verified, unless the URL says
    `?sslmode=disable`. After a change of the URL, such as a rotated password, connections to the old one are closed.

    Args:
        session: the function's time limits and settings, one of `notifications.database.sessions`.
    """
    known, found = _engines.get(session, (None, None))
    if found is None or known != url:
        if found is not None:
            found.dispose()
        found = _create(url, session)
        _engines[session] = (url, found)
    return found


@lru_cache(maxsize=8)
def autocommitting(engine: Engine) -> Engine:
    """Return the engine in autocommit mode, which saves the round trips of BEGIN and COMMIT."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _create(url: str, session: Session) -> Engine:
    # The driver in the URL is ignored: URLs of older stacks name another one.
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    made = create_engine(
        parsed.difference_update_query(["sslmode"]),
        pool_size=CONNECTIONS_PER_INSTANCE,
        max_overflow=0,
        # An error's parameters would put phones and texts into the log.
        hide_parameters=True,
        # Saves a query at each connect.
        use_native_hstore=False,
        connect_args=_tls(parsed),
    )
    event.listen(made, "do_connect", partial(_connect, session))
    event.listen(made, "checkout", partial(_ping, made.dialect))
    event.listen(made, "handle_error", _leave_read_only)
    return made


def _connect(session: Session, _: Any, __: Any, arguments: list[Any], parameters: dict[str, Any]) -> BoundedConnection:
    return connect(session, *arguments, **parameters)


def _ping(dialect: Dialect, connection: BoundedConnection, *_: Any) -> None:
    """Ping a connection before it is reused, unless it is surely alive. A dead one is replaced by the pool.

    SQLAlchemy's `pool_pre_ping` asks the server each time (docs/decisions/0045-database-sessions.md).
    """
    if connection.is_surely_alive():
        return
    try:
        dialect.do_ping(connection)  # type: ignore[arg-type]
    except psycopg.Error as error:
        raise DisconnectionError from error


def _leave_read_only(error: ExceptionContext) -> None:
    """Close connections to a server that has become read-only: after a failover another one is the primary."""
    if isinstance(error.original_exception, psycopg.errors.ReadOnlySqlTransaction):
        error.is_disconnect = True


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
    if host.endswith(RDS_DOMAINS) and RDS_PROXY not in host:
        return RDS_ROOTS
    # The system's roots. The default path of libpq is that of the machine on which libpq was built.
    return ssl.get_default_verify_paths().cafile or "system"
