"""Refuse at deploy a database that the service cannot work with, before anything is changed."""

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from notifications.contracts.errors import NotificationsError

OLDEST_SERVER = 16
_REMEDY = 'See docs/runbook.md, "Database".'


class UnsuitableDatabase(NotificationsError):
    """The service cannot work with this database."""


def check(engine: Engine, *, oldest: int = OLDEST_SERVER) -> None:
    """Check that transactions work, the version and mode of the server, and the encoding of the database.

    Args:
        oldest: oldest supported version of PostgreSQL.

    Raises:
        UnsuitableDatabase: no connection or no transaction (a pooler in statement mode), an old or a read-only server,
            or a database that does not store UTF-8.
    """
    try:
        with engine.begin() as connection:
            version = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
            encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
            read_only = connection.execute(text("SHOW transaction_read_only")).scalar_one()
    except DBAPIError as error:
        reason = " ".join(str(error.orig).split())
        raise UnsuitableDatabase(f"No transaction can be begun in the database ({reason}). {_REMEDY}") from error
    if version < oldest:
        raise UnsuitableDatabase(f"The database is PostgreSQL {version}, and {oldest} or later is needed. {_REMEDY}")
    if encoding != "UTF8":
        raise UnsuitableDatabase(f"The database has the encoding {encoding}, and UTF8 is needed. {_REMEDY}")
    if read_only == "on":
        raise UnsuitableDatabase(f"The database is read-only. Use the address of the writer. {_REMEDY}")
