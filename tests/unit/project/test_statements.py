"""Long SQL statements are in `.sql` files with a header."""

import ast
import re
from pathlib import Path

import pytest

from tests.support.proofs.product_code import FUNCTIONS, LAYER, MODULES
from tooling.paths import ROOT

FILES = [file for folder in (LAYER, FUNCTIONS) for file in sorted(folder.rglob("*.sql"))]
MAX_LINES = 25
STATEMENT = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CASE WHEN)\b")
HEADER = re.compile(r"-- [A-Z][a-z]+s .+")


def long_statements(code: str) -> set[int]:
    """Return the line numbers of SQL strings over `MAX_LINES` lines; parts of a statement count separately."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Constant | ast.JoinedStr):
            continue
        written = ast.get_source_segment(code, node) or ""
        lines = [line for line in written.splitlines() if line.strip(' "f')]
        if len(lines) > MAX_LINES and STATEMENT.search(written):
            found.add(node.lineno)
    return found


@pytest.mark.parametrize("source", MODULES, ids=lambda source: str(source.relative_to(ROOT)))
def test_python_has_no_long_sql_statement(source: Path) -> None:
    assert long_statements(source.read_text()) == set()


@pytest.mark.parametrize("prefix", ["", "f"])
def test_a_long_statement_is_found(prefix: str) -> None:
    columns = ",\n".join(f"column_{number}" for number in range(MAX_LINES))
    assert long_statements(f'A = 1\nQUERY = text({prefix}"""\nSELECT {columns}\nFROM message\n""")') == {2}


def test_sql_files_are_found() -> None:
    assert {"create_client.sql", "claim.sql", "record_outcomes.sql", "reconcile.sql"} <= {file.name for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_sql_file_begins_with_a_description(file: Path) -> None:
    header, *_ = file.read_text().splitlines()
    assert HEADER.fullmatch(header)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_header_explains_the_placeholders(file: Path) -> None:
    comments: list[str] = []
    statement: list[str] = []
    for line in file.read_text().splitlines():
        (comments if line.lstrip().startswith("--") else statement).append(line)
    parts = re.findall(r"\{\w+\}", "\n".join(statement))
    assert [part for part in parts if part not in "\n".join(comments)] == []
