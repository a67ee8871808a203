"""Rows as dataclasses: a repository selects the columns that its dataclass has fields for."""

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, FromClause

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def columns_of(kind: "type[DataclassInstance]", table: FromClause) -> list[ColumnElement[Any]]:
    """Return the columns of a table that a dataclass has fields for, in the order of the fields."""
    return [table.c[field.name] for field in fields(kind) if field.name in table.c]
