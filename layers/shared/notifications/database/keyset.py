"""Keyset paging: select the rows after a key, at the same cost for every page.

Rows inserted between two pages do not shift the others: no row is shown twice or missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, tuple_

type Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """A total order of rows by columns, the last of which is unique.

    Args:
        columns: the columns, all sorted in the same direction.
        descending: True if the greatest key comes first.
    """

    columns: Sequence[ColumnElement[Any]]
    descending: bool = False

    def key_of(self, item: object) -> Key:
        """Return the key of an item that has the columns as attributes."""
        return tuple(getattr(item, str(column.key)) for column in self.columns)

    def page(self, query: Select[Any], *, after: Key | None, limit: int) -> Select[Any]:
        """Return the query limited to `limit` rows, after the key `after` if it is given."""
        if after is not None:
            here, there = tuple_(*self.columns), tuple_(*after)
            query = query.where(here < there if self.descending else here > there)
        order = (column.desc() if self.descending else column.asc() for column in self.columns)
        return query.order_by(*order).limit(limit)
