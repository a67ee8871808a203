"""No regular expression of the project has a nested repeat, so none takes exponential time."""

import ast
import re
from collections.abc import Iterator
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from tooling.paths import ROOT

SOURCES = [*(ROOT / "functions").rglob("*.py"), *(ROOT / "layers/shared/notifications").rglob("*.py")]
CALLS = {"compile", "match", "search", "fullmatch", "sub", "split", "findall", "finditer"}
REPEATS = {_constants.MAX_REPEAT, _constants.MIN_REPEAT}


def patterns() -> Iterator[str]:
    """Return every literal pattern of `re` or of a field."""
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text())):
            if not isinstance(node, ast.Call):
                continue
            given = [word.value for word in node.keywords if word.arg == "pattern"]
            match node.func:
                case ast.Attribute(value=ast.Name(id="re"), attr=name) if name in CALLS:
                    given += node.args[:1]
            yield from (each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str))


def nested(parsed: Any, *, inside: bool = False) -> bool:
    """Return True if the pattern has an unbounded repeat within another."""
    for operation, argument in parsed:
        unbounded = operation in REPEATS and argument[1] == _constants.MAXREPEAT
        if unbounded and inside:
            return True
        parts = argument if isinstance(argument, tuple | list) else ()
        branches = [each for part in parts for each in (part if isinstance(part, list) else [part])]
        if any(isinstance(each, _parser.SubPattern) and nested(each, inside=inside or unbounded) for each in branches):
            return True
    return False


def test_patterns_are_found_in_the_sources() -> None:
    assert len(set(patterns())) > 10


@pytest.mark.parametrize("pattern", sorted(set(patterns())))
def test_no_pattern_has_a_nested_repeat(pattern: str) -> None:
    assert not nested(_parser.parse(pattern))


@pytest.mark.parametrize("pattern", [r"(a+)+", r"(?:x|(a*)b)*", r"((a|b)+c*)+"])
def test_a_nested_repeat_is_found(pattern: str) -> None:
    assert re.compile(pattern)
    assert nested(_parser.parse(pattern))
