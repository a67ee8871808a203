"""Splits a CSV file into rows, strictly: an unclosed quote is an error and swallows no rows.

The admin site reads files by the same rules; `tests/support/csv_cases.json` holds both to them. A file is read line by
line, so that one of any size takes little memory.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.texts.spreadsheet_cells import unescape_formulas

# Longest field, and longest line of a file. The fields' own checks are stricter.
MAX_LINE = 4_500_000
csv.field_size_limit(MAX_LINE)

SEPARATORS = ";\t,"

# First line of a file for Excel.
_SEPARATOR_LINE = re.compile(f"sep=([{SEPARATORS}])\\s*", re.IGNORECASE)
_LIKE_A_PHONE = re.compile(r'(?:[\s"+().-]*[0-9]){7,15}[\s"]*')
_BLANKS = f' \r\n"{SEPARATORS}'


class CsvRow(NamedTuple):
    """A row that is not blank.

    Attributes:
        line: line of the file on which the row begins.
        fields: its fields.
        lines: fields of each of its lines by itself, if a quoted field makes the row have several.
        next_line: line of the file that follows the row.
    """

    line: int
    fields: list[str]
    lines: Sequence[Sequence[str]]
    next_line: int


class _Taken:
    """The lines that the reader has taken since the last row."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines: list[str] = []
        self._rest = iter(lines)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._rest)
        self.lines.append(line)
        return line


def find_separator(lines: Iterator[str]) -> tuple[str, Iterator[str], int]:
    """Find the separator of a file: the one that a first line such as `sep=;` names, or else the header has most often.

    Takes the lines up to the header, and none beyond it.

    Returns:
        The separator, the lines of the rows, and the number of the first of them.
    """
    first = next(lines, "")
    if named := _SEPARATOR_LINE.fullmatch(first):
        return named[1], lines, 2
    taken = [first]
    while not taken[-1].strip(_BLANKS) and (line := next(lines, "")):
        taken.append(line)
    return max(SEPARATORS, key=taken[-1].count), chain(taken, lines), 1


def read_rows(lines: Iterable[str], separator: str, *, line: int) -> Iterator[CsvRow]:
    """Yield the rows of a file, but none whose fields are all blank.

    After a row, no line beyond it has been taken.

    Args:
        lines: the lines with their ends, which are LF, CR LF or CR.
        line: number of the first line.

    Raises:
        InvalidInput: a quoted field is not closed, or text follows its closing quote.
    """
    taken = _Taken(lines)
    try:
        for fields in csv.reader(taken, delimiter=separator, strict=True):
            own, taken.lines = taken.lines, []
            following = line + len(own)
            if any(field.strip() for field in fields):
                parts = [each.split(separator) for each in own] if len(own) > 1 else ()
                yield CsvRow(line, fields, parts, following)
            line = following
    except csv.Error:
        raise quote_open(line) from None


def names_of(header: CsvRow | None) -> list[str]:
    """Return the names of a header without the blank ones at its end; none for an empty file."""
    names = [name.strip() for name in (header.fields if header else ())]
    while names and not names[-1]:
        names.pop()
    return names


def cells(columns: Sequence[str], fields: Sequence[str]) -> dict[str, str]:
    """Return the fields of a row by column, without the apostrophe that keeps a spreadsheet from running a formula.

    Raises:
        InvalidInput: the row is shorter than the header.
    """
    if len(fields) != len(columns):
        raise InvalidInput("row", ProblemCode.CSV_FIELD_COUNT, fields=len(fields), expected=len(columns))
    return dict(zip(columns, map(unescape_formulas, fields), strict=True))


def fit(row: CsvRow, width: int, *, phone: int) -> list[str]:
    """Return the fields of a row without blank ones beyond the header's columns.

    Args:
        row: the row.
        width: number of the header's columns.
        phone: index of the column with the phone.

    Raises:
        InvalidInput: the row is longer than the header, or its quote has swallowed another row: two of its lines look
            like rows.
    """
    like_rows = [each for each in row.lines if len(each) >= width and _LIKE_A_PHONE.fullmatch(each[phone])]
    if len(like_rows) > 1:
        raise quote_open(row.line)
    if len(row.fields) > width:
        length = max(index for index, field in enumerate(row.fields, start=1) if field.strip())
        if length > width:
            raise InvalidInput("body", ProblemCode.CSV_ROW_TOO_LONG, line=row.line, fields=length, expected=width)
    return row.fields[:width]


def quote_open(line: int) -> InvalidInput:
    """Return the error of a quote that is not closed in the row that begins on a line."""
    return InvalidInput("body", ProblemCode.CSV_QUOTE_OPEN, line=line)
