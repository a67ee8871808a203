"""Database rows are converted where they are read; other modules get dataclasses."""

import ast
from pathlib import Path

import pytest

from tests.support.proofs.product_code import FUNCTIONS, MODULES
from tooling.paths import ROOT

# Called only by modules that convert the rows of a transition.
STATEMENTS = {"layers/shared/notifications/message_state/transition.py": {"execute"}}


def functions_with_rows(code: str) -> set[str]:
    """Return the functions that take or return a `Row` or an untyped `row`, except private converters."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        taken = [argument.annotation for argument in arguments]
        if any(argument.arg == "row" and names(argument.annotation) == {"Any"} for argument in arguments):
            found.add(node.name)
        if "Row" in names(node.returns) or (
            not node.name.startswith("_read") and any("Row" in names(each) for each in taken)
        ):
            found.add(node.name)
    return found


def names(annotation: ast.expr | None) -> set[str]:
    if annotation is None:
        return set()
    return {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("source", MODULES, ids=lambda source: str(source.relative_to(ROOT)))
def test_only_private_converters_take_rows(source: Path) -> None:
    name = str(source.relative_to(ROOT))
    assert functions_with_rows(source.read_text()) == STATEMENTS.get(name, set())


@pytest.mark.parametrize("source", sorted(FUNCTIONS.rglob("*.py")), ids=lambda source: str(source.relative_to(ROOT)))
def test_functions_import_no_row(source: Path) -> None:
    imports = [node for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.ImportFrom)]
    assert "Row" not in {alias.name for node in imports for alias in node.names}


@pytest.mark.parametrize(
    "code",
    [
        "def get(connection: Connection) -> Row[Any]: ...",
        "def page(connection: Connection) -> Sequence[Row[Any]]: ...",
        "def send(row: Row[Any]) -> None: ...",
        "def send(row: Any) -> None: ...",
        "async def send(*, rows: Iterable[Row[Any]]) -> None: ...",
        "def _read(row: Any) -> Mailing: ...",
    ],
)
def test_a_function_that_returns_a_row_is_found(code: str) -> None:
    assert functions_with_rows(code)


def test_a_private_converter_may_take_a_row() -> None:
    assert functions_with_rows("def _read(row: Row[Any]) -> Mailing: ...") == set()
