"""Pages of lists. A cursor holds the sort field and the key of the last item on its page."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query

from api.middleware.problems import InvalidParameter
from notifications.contracts.problem_codes import ProblemCode
from notifications.database.keyset import Key, Order
from notifications.texts.storable import require_storable

Limit = Annotated[int, Query(ge=1, le=500, description="largest number of items on the page")]
Cursor = Annotated[
    str | None, Query(description="`next` of the previous page; omit it for the first page", max_length=1000)
]


class Pages:
    """Reads the page after a cursor, and makes the cursor of the next page."""

    def __init__(self, orders: Mapping[str, Order], *, sort: str, cursor: str | None, limit: int) -> None:
        self.order = orders[sort]
        self.limit = limit
        self._sort = sort
        self._after = None if cursor is None else self._key(cursor)

    def read[Item](self, page: Callable[..., Sequence[Item]]) -> tuple[Sequence[Item], str | None]:
        """Return the items of the page, and the cursor of the next page if there is one.

        Args:
            page: reads items by `order`, `after` and `limit`. One more item than shown is read, to see if more follow.
        """
        items = page(order=self.order, after=self._after, limit=self.limit + 1)
        shown = items[: self.limit]
        return shown, self.cursor_after(shown[-1]) if len(items) > self.limit else None

    def cursor_after(self, item: object) -> str:
        """Return the cursor of the page that begins after an item."""
        key = self.order.key_of(item)
        values = [each.isoformat() if isinstance(each, date) else each for each in key]
        return urlsafe_b64encode(json.dumps([self._sort, *values]).encode()).decode().rstrip("=")

    def _key(self, cursor: str) -> Key:
        try:
            sort, *values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            columns = zip(self.order.columns, values, strict=True)
            key = tuple(_value(column.type.python_type, value) for column, value in columns)
        except (ValueError, TypeError, RecursionError):
            raise InvalidParameter("query", "cursor", ProblemCode.CURSOR_INVALID) from None
        if sort != self._sort:
            raise InvalidParameter("query", "cursor", ProblemCode.CURSOR_OF_OTHER_SORT)
        return key


def _value(kind: type[Any], value: Any) -> Any:
    """Return a value of a key from its JSON, or raise ValueError."""
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment
    if type(value) is not kind or (kind is int and abs(value) >= 2**63):
        raise ValueError(value)
    if kind is str:
        require_storable("cursor", value)
    return value
