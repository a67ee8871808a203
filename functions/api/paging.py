"""Keyset paging: a cursor is the key of the last row shown, so that every page costs what the first does."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import InitVar, dataclass, field
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BeforeValidator, WithJsonSchema


def encode_cursor(key: int) -> str:
    """The cursor for the page after the row with this key."""
    return urlsafe_b64encode(str(key).encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> int:
    """The key in a cursor; ValueError for what no page gave."""
    try:
        return int(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        raise ValueError("is not the cursor of a page") from None


Limit = Annotated[int, Query(ge=1, le=500, description="how many items at the most")]
Cursor = Annotated[
    Annotated[int, BeforeValidator(decode_cursor), WithJsonSchema({"type": "string"})] | None,
    Query(description="`next` of the page before"),
]


@dataclass
class Page:
    """A page of rows that were read with one more than the limit, which tells whether there is a next page."""

    rows: Sequence[Any]
    limit: InitVar[int]
    next: str | None = field(default=None, init=False)

    def __post_init__(self, limit: int) -> None:
        if len(self.rows) > limit:
            self.rows = self.rows[:limit]
            self.next = encode_cursor(self.rows[-1].id)
