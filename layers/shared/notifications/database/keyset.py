"""Keyset paging: the rows after a key, in an order that ends with the id, so that every page costs the same.

A row that is inserted meanwhile moves no other, so none is shown twice and none is missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, tuple_

type Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """An order of rows that no two rows share: by columns, the last of which is unique.

    Args:
        columns: the columns, of one direction all.
        descending: whether the greatest comes first.
    """

    columns: Sequence[ColumnElement[Any]]
    descending: bool = False

    def key_of(self, item: object) -> Key:
        """Return the key of an item that has the columns as attributes."""
        return tuple(getattr(item, str(column.key)) for column in self.columns)

    def page(self, query: Select[Any], *, after: Key | None, limit: int) -> Select[Any]:
        """The query for at most `limit` of its rows, those that come after the key if one is given."""
        if after is not None:
            here, there = tuple_(*self.columns), tuple_(*after)
            query = query.where(here < there if self.descending else here > there)
        order = (column.desc() if self.descending else column.asc() for column in self.columns)
        return query.order_by(*order).limit(limit)
