"""Receipts as JSON: in messages of their queue, which the API writes and the receiver reads, and in the database."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import TypeAdapter

from notifications.message_state.deliveries.receipts import Receipt

# Most receipts of a message of the queue.
MAX_RECEIPTS = 100

_ONE = TypeAdapter(Receipt)
_SEVERAL = TypeAdapter(list[Receipt])


def write(receipts: Sequence[Receipt], *, max_bytes: int) -> Iterator[str]:
    """Yield bodies with at most `MAX_RECEIPTS` receipts and `max_bytes` bytes each. One receipt has less than these."""
    body: list[bytes] = []
    size = 0
    for each in map(_ONE.dump_json, receipts):
        if body and (len(body) == MAX_RECEIPTS or size + len(each) + 2 > max_bytes):
            yield _joined(body)
            body, size = [], 0
        body.append(each)
        size += len(each) + 1
    if body:
        yield _joined(body)


def read(body: str) -> list[Receipt]:
    """Return the receipts of a body.

    Raises:
        ValidationError: the body has no receipts.
    """
    return _SEVERAL.validate_json(body)


def to_json(receipts: Sequence[Receipt]) -> str:
    """Return receipts as one JSON list."""
    return _SEVERAL.dump_json(list(receipts)).decode()


def from_value(value: Any) -> Receipt:
    """Return the receipt of a JSON value that `to_json` has made."""
    return _ONE.validate_python(value)


def _joined(body: Sequence[bytes]) -> str:
    return f"[{b','.join(body).decode()}]"
