import io
from collections.abc import Iterator

import pytest

from notifications.clients.imports.csv_rows import CsvRow, find_separator, read_rows
from tests.support.importer.csv_cases import CASES, Case, bytes_of, name_of, refusal_of

ACCEPTED = [each for each in CASES if refusal_of(each) is None]


def lines_of(case: Case) -> Iterator[str]:
    return iter(io.StringIO(bytes_of(case).decode("utf-8-sig"), newline=""))


def rows_of(case: Case) -> list[CsvRow]:
    separator, lines, line = find_separator(lines_of(case))
    return list(read_rows(lines, separator, line=line))


@pytest.mark.parametrize("case", ACCEPTED, ids=name_of)
def test_rows_have_the_lines_on_which_they_begin(case: Case) -> None:
    _, *rows = rows_of(case)
    assert [row.line for row in rows] == [row["line"] for row in case["rows"]]


@pytest.mark.parametrize("case", ACCEPTED, ids=name_of)
def test_reading_goes_on_behind_any_row(case: Case) -> None:
    """Stop behind each row, and read the rest from the lines that have not been taken."""
    whole = rows_of(case)
    for stop in range(1, len(whole)):
        given = lines_of(case)
        separator, lines, line = find_separator(given)
        rows = read_rows(lines, separator, line=line)
        begun = [next(rows) for _ in range(stop)]
        assert begun + list(read_rows(given, separator, line=begun[-1].next_line)) == whole
