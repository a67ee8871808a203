"""Finds the codes that the source raises, and their parameters, in its syntax tree."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.proofs.product_code import MODULES
from tooling.paths import ROOT


@dataclass(frozen=True)
class Raised:
    """Call with a code as an argument.

    Args:
        function: name of the called function.
        params: names of the parameters; None where they are passed on as `**params`.
    """

    code: str
    function: str
    params: frozenset[str] | None
    place: str


def calls(enumeration: str, *, besides: frozenset[str] = frozenset()) -> Iterator[Raised]:
    """Return every call with a member of the enumeration among its arguments.

    Args:
        besides: keywords that are not parameters of a phrase.
    """
    for file in MODULES:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and (code := _code(node, enumeration)):
                names = [keyword.arg for keyword in node.keywords]
                params = None if None in names else frozenset(name for name in names if name) - besides
                yield Raised(code, _name(node.func), params, f"{file.relative_to(ROOT)}:{node.lineno}")


def named(enumeration: str, *, but: str) -> set[str]:
    """Return the members that the source names outside the module that defines them."""
    files = [file for file in MODULES if file.name != but]
    return {
        node.attr
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == enumeration
    }


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _code(call: ast.Call, enumeration: str) -> str | None:
    given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "code")]
    found = [
        each.attr
        for each in given
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == enumeration
    ]
    return found[0] if found else None
