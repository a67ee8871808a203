"""Escaping of CSV cells that a spreadsheet would run as formulas."""

import re

# Start of a cell, also in a spreadsheet that splits cells at semicolons, tabs or line ends.
_BEGINNING = r"(?:^|(?<=[;\t\r\n]))"
# Some spreadsheets read the wide forms as the narrow ones.
_FORMULA = r"(?='*[=+\-@＝＋－＠])"  # noqa: RUF001
# Some spreadsheets drop leading tabs and line ends, and read what follows.
_DROPPED = r"(?='*[\t\r])"
_UNESCAPED = re.compile(f"{_BEGINNING}{_FORMULA}|^{_DROPPED}")
_ESCAPED = re.compile(f"{_BEGINNING}'{_FORMULA}|^'{_DROPPED}")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def escape_formulas(cell: str) -> str:
    """Put an apostrophe before everything that would begin a formula. Numbers are unchanged."""
    return cell if _NUMBER.fullmatch(cell) else _UNESCAPED.sub("'", cell)


def unescape_formulas(cell: str) -> str:
    """Remove the apostrophes of `escape_formulas`."""
    return _ESCAPED.sub("", cell) if "'" in cell else cell
