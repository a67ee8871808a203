"""Cells of a CSV file that no spreadsheet takes for a formula, and back."""

import re

# What begins a formula: at the start of a cell, and where a spreadsheet that splits at semicolons, tabs or line ends
# would start one. The wide forms are for spreadsheets that take them for the narrow ones.
_BEGINNING = r"(?:^|(?<=[;\t\r\n]))"
_FORMULA = r"(?='*[=+\-@＝＋－＠])"  # noqa: RUF001
_UNGUARDED = re.compile(_BEGINNING + _FORMULA)
_GUARDED = re.compile(_BEGINNING + "'" + _FORMULA)
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def guard(cell: str) -> str:
    """The cell with an apostrophe before whatever would begin a formula. Numbers stay as they are."""
    return cell if _NUMBER.fullmatch(cell) else _UNGUARDED.sub("'", cell)


def unguard(cell: str) -> str:
    """The cell that `guard` was given."""
    return _GUARDED.sub("", cell)
