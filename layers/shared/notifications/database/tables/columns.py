"""Parts of table definitions: the metadata with its naming convention, and columns that recur."""

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Identity, MetaData, func
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)


def sql_list(members: Iterable[StrEnum]) -> str:
    """Return members of a vocabulary as an SQL list, such as `('resend', 'hold')`."""
    return f"({', '.join(f"'{member}'" for member in members)})"


def one_of(column: str, vocabulary: type[StrEnum]) -> CheckConstraint:
    """Return a CHECK constraint that restricts a text column to the members of a vocabulary."""
    return CheckConstraint(f"{column} IN {sql_list(vocabulary)}", name=column)


def id_column() -> Column[int]:
    """Return the primary key `id`, numbered by the database."""
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def moment(name: str, *, nullable: bool = False, default: bool = False, comment: str | None = None) -> Column[object]:
    """Return a timestamp column with time zone; `default` sets the transaction's time."""
    default_time = func.now() if default else None
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=default_time, comment=comment)


def json_or_null() -> JSONB:
    """Return the type of a JSON column in which None is stored as NULL."""
    return JSONB(none_as_null=True)
