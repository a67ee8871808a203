"""Splits a CSV file into rows, strictly: an unclosed quote is an error and swallows no rows.

The admin site reads files by the same rules; `tests/support/csv_cases.json` holds both to them.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from api.middleware.normalization import MAX_BODY_BYTES
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode

# The fields' own checks limit their lengths.
csv.field_size_limit(MAX_BODY_BYTES)

SEPARATORS = ";\t,"

# First line of a file for Excel.
_SEPARATOR_LINE = re.compile(f"sep=([{SEPARATORS}])\\s*", re.IGNORECASE)
_LIKE_A_PHONE = re.compile(r'(?:[\s"+().-]*[0-9]){7,15}[\s"]*')
_BLANKS = f' \r\n"{SEPARATORS}'


class CsvRow(NamedTuple):
    """A row that is not blank.

    Attributes:
        line: line of the file on which the row begins.
        lines: fields of each of its lines by itself, if a quoted field makes the row have several.
    """

    line: int
    fields: list[str]
    lines: Sequence[Sequence[str]]


def read_rows(text: str) -> Iterator[CsvRow]:
    """Yield the rows of a file, but none whose fields are all blank.

    The separator is the one of `;`, TAB and `,` that a first line such as `sep=;` names, or else the one that
    the header has most often. Lines end with LF, CR LF or CR.

    Raises:
        InvalidInput: a quoted field is not closed, or text follows its closing quote.
    """
    # Not `splitlines`, which also splits at characters that end no line of a CSV file.
    lines = list(io.StringIO(text, newline=""))
    named = _SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    skipped = 1 if named else 0
    header = next((line for line in lines[skipped:] if line.strip(_BLANKS)), None)
    if header is None:
        return
    separator = named[1] if named else max(SEPARATORS, key=header.count)
    reader = csv.reader(lines[skipped:], delimiter=separator, strict=True)
    line = 1 + skipped
    try:
        for fields in reader:
            last = reader.line_num + skipped
            if any(field.strip() for field in fields):
                own = lines[line - 1 : last]
                yield CsvRow(line, fields, [each.split(separator) for each in own] if len(own) > 1 else ())
            line = last + 1
    except csv.Error:
        raise _quote_open(line) from None


def fit(row: CsvRow, width: int, *, phone: int) -> list[str]:
    """Return the fields of a row without blank ones beyond the header's columns.

    Args:
        width: number of the header's columns.
        phone: index of the column with the phone.

    Raises:
        InvalidInput: the row is longer than the header, or its quote has swallowed another row: two of its lines look
            like rows.
    """
    like_rows = [each for each in row.lines if len(each) >= width and _LIKE_A_PHONE.fullmatch(each[phone])]
    if len(like_rows) > 1:
        raise _quote_open(row.line)
    length = max(index for index, field in enumerate(row.fields, start=1) if field.strip())
    if length > width:
        raise InvalidInput("body", ProblemCode.CSV_ROW_TOO_LONG, line=row.line, fields=length, expected=width)
    return row.fields[:width]


def _quote_open(line: int) -> InvalidInput:
    return InvalidInput("body", ProblemCode.CSV_QUOTE_OPEN, line=line)
