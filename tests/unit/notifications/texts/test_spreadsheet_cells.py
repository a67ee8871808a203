import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.texts.spreadsheet_cells import escape_formulas, unescape_formulas

cells = st.text(alphabet="a'=+-@\t\r\n;,|\"＝＠１1.", max_size=12)  # noqa: RUF001


@given(cells)
def test_an_escaped_cell_is_read_back_unchanged(cell: str) -> None:
    assert unescape_formulas(escape_formulas(cell)) == cell


@given(cells)
def test_no_escaped_cell_begins_a_formula_for_any_delimiter(cell: str) -> None:
    parts = re.split("[;\t\r\n]", escape_formulas(cell))
    number = len(parts) == 1 and re.fullmatch(r"[+-]?[0-9.]+", cell)
    assert number or not [part for part in parts if part.startswith(tuple("=+-@＝＋－＠"))]  # noqa: RUF001


@pytest.mark.parametrize("cell", ["", "Ann", "-5", "+79261234567", "1.5", "'quoted'", "a=b", "a - b", "x@y.org", "; "])
def test_harmless_cells_stay_unchanged(cell: str) -> None:
    assert escape_formulas(cell) == cell


@pytest.mark.parametrize(
    ("cell", "guarded"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("-5%", "'-5%"),
        ("'=1", "''=1"),
        ("Ann;=1+1;", "Ann;'=1+1;"),
        ("\t=1", "'\t'=1"),
    ],
)
def test_formulas_are_escaped(cell: str, guarded: str) -> None:
    assert escape_formulas(cell) == guarded
