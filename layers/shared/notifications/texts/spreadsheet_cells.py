"""Cells of a CSV file that no spreadsheet takes for a formula, and back."""

import re

# What begins a formula: at the start of a cell, and where a spreadsheet that splits at semicolons, tabs or line ends
# would start one. The wide forms are for spreadsheets that take them for the narrow ones.
_BEGINNING = r"(?:^|(?<=[;\t\r\n]))"
_FORMULA = r"(?='*[=+\-@＝＋－＠])"  # noqa: RUF001
# Some spreadsheets drop these, and look at what follows.
_DROPPED = r"(?='*[\t\r])"
_UNGUARDED = re.compile(f"{_BEGINNING}{_FORMULA}|^{_DROPPED}")
_GUARDED = re.compile(f"{_BEGINNING}'{_FORMULA}|^'{_DROPPED}")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def guard(cell: str) -> str:
    """The cell with an apostrophe before whatever would begin a formula. Numbers stay as they are."""
    return cell if _NUMBER.fullmatch(cell) else _UNGUARDED.sub("'", cell)


def unguard(cell: str) -> str:
    """The cell that `guard` was given."""
    return _GUARDED.sub("", cell)
