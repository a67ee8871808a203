"""Helpers of repositories: select the columns of a dataclass, and read many rows at once."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, literal_column, select
from sqlalchemy.sql.dml import ReturningInsert

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def columns_of(kind: "type[DataclassInstance]", table: FromClause) -> list[ColumnElement[Any]]:
    """Return the columns of a table that a dataclass has fields for, in the order of the fields."""
    return [table.c[field.name] for field in fields(kind) if field.name in table.c]


def read_many(
    connection: Connection, query: Select[Any] | ReturningInsert[Any], values: Mapping[str, object] | None = None
) -> list[dict[str, Any]]:
    """Return all rows of a query as dicts, in the forms that JSON has.

    The server sends them as one JSON document, which is parsed much faster than the driver reads as many rows.
    """
    found = query.cte("found")
    document = select(func.json_agg(literal_column("found"))).select_from(found)
    return connection.execute(document, values).scalar_one() or []
