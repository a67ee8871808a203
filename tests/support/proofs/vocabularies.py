"""Closed vocabularies of the product, and helpers to read their syntax trees."""

import ast
from enum import Enum, StrEnum

from notifications.contracts import enumerations
from notifications.contracts.enumerations import Role
from tooling.paths import ROOT

# The provider simulator has its own vocabularies.
TOOLS = [source for folder in ("local", "ops", "tooling") for source in sorted((ROOT / folder).rglob("*.py"))]

VOCABULARIES: dict[str, set[str]] = {
    name: {member.name if isinstance(member, Role) else str(member.value) for member in found}
    for name, found in vars(enumerations).items()
    if isinstance(found, type) and issubclass(found, Enum) and found.__module__ == enumerations.__name__
}
MEMBERS = set().union(*VOCABULARIES.values())


def values(*vocabularies: type[StrEnum]) -> set[str]:
    """Return the values of all members of vocabularies."""
    return {member.value for vocabulary in vocabularies for member in vocabulary}


def name_of(node: ast.AST) -> str:
    """Return the last part of a name or an attribute; empty for other expressions."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
