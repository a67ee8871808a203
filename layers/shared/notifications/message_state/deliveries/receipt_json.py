"""Receipts as JSON in the database."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from notifications.message_state.deliveries.receipts import Receipt

_ONE = TypeAdapter(Receipt)
_SEVERAL = TypeAdapter(list[Receipt])


def to_json(receipts: Sequence[Receipt]) -> str:
    """Return receipts as one JSON list."""
    return _SEVERAL.dump_json(list(receipts)).decode()


def from_value(value: Any) -> Receipt:
    """Return the receipt of a JSON value that `to_json` has made."""
    return _ONE.validate_python(value)
