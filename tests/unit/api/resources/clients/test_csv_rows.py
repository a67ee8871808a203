import pytest

from api.resources.clients.csv_rows import read_rows
from tests.support.csv_cases import CASES, Case, bytes_of, name_of, refusal_of


@pytest.mark.parametrize("case", [each for each in CASES if refusal_of(each) is None], ids=name_of)
def test_rows_have_the_lines_on_which_they_begin(case: Case) -> None:
    _, *rows = read_rows(bytes_of(case).decode("utf-8-sig"))
    assert [row.line for row in rows] == [row["line"] for row in case["rows"]]
