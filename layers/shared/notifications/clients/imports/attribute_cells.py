"""Writes attributes as CSV cells that keep their types.

A number or a boolean is written as in JSON: `5`, `0.1`, `true`. A text is written unchanged, but in quotes if it would
be read as another value: `"5"`, `"true"`, and `""` for the empty text, since an empty cell means no value.

A cell that JSON would write differently, such as `1.50`, `007` or `TRUE`, is a text. So messages show every cell
unchanged.
"""

import json
import re

from notifications.clients.attributes.values import LARGEST_INTEGER
from notifications.clients.client import Value

_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?(e[+-][0-9]{1,3})?", re.ASCII)


def write_cell(value: Value) -> str:
    """Return the cell of a value, not empty."""
    if not isinstance(value, str):
        return json.dumps(value)
    return f'"{value}"' if _needs_quotes(value) else value


def read_cell(cell: str) -> Value:
    """Return the value of a cell that is not empty."""
    literal = _literal(cell)
    if literal is not None:
        return literal
    return cell[1:-1] if _is_quoted(cell) and _needs_quotes(cell[1:-1]) else cell


def _literal(cell: str) -> bool | int | float | None:
    """Return the number or boolean that JSON writes as this cell; None for a text."""
    if cell in {"true", "false"}:
        return cell == "true"
    if not _NUMBER.fullmatch(cell) or re.match("-?0[0-9]", cell):
        return None
    number: int | float = json.loads(cell)
    return number if abs(number) <= LARGEST_INTEGER and json.dumps(number) == cell else None


def _needs_quotes(text: str) -> bool:
    """Return True for a text that is empty or looks like a literal, also inside of quotes."""
    while _is_quoted(text):
        text = text[1:-1]
    return not text or _literal(text) is not None


def _is_quoted(text: str) -> bool:
    return len(text) > 1 and text[0] == text[-1] == '"'
