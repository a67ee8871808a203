"""Python uses the enumerations of the closed vocabularies and has no copies of their members."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from notifications.contracts.enumerations import (
    MailingStatus,
    MessageStatus,
    OutcomeStatus,
    ReconciledCount,
)
from notifications.database.tables import metadata
from sender.telemetry import METRICS
from tests.support.proofs.product_code import MODULES
from tests.support.proofs.vocabularies import TOOLS, VOCABULARIES, name_of, values
from tooling.paths import ROOT

# Names of arguments and keys whose values are members.
FIELDS = {"status", "state", "outcome", "verdict", "on_unknown", "kind", "action", "role", "language", "encoding"}
STATUSES = values(MessageStatus, MailingStatus)
# Only SQL writes reconciled counts; their names are those of columns.
IN_PYTHON = {name: members for name, members in VOCABULARIES.items() if name != ReconciledCount.__name__}
PYTHON_MEMBERS = set().union(*IN_PYTHON.values())
COLUMN_NAMES = {column.name for table in metadata.tables.values() for column in table.columns}
# Strings that look like copies of members, but are not.
NO_COPIES = {
    "local/__main__.py": {"client", "mailing"},  # options of `logs`
    "local/demo/mailing.py": {"sent", "failed"},  # fields of a progress bar
    "ops/report.py": {"sent"},  # a field of the reporter's answer
    "ops/restore.py": {"unknown"},  # a field of the migrator's answer
}


def constants(*nodes: ast.AST | None) -> set[str]:
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def listed(words: set[str]) -> Iterator[str]:
    """Return the words of a list if two or more are members of one vocabulary and it is no list of columns."""
    for members in IN_PYTHON.values():
        own = words & members
        if len(own) > 1 and not own <= COLUMN_NAMES:
            yield from own


def copies(node: ast.AST) -> Iterator[str]:
    """Return members written as plain strings in place of the enumeration."""
    match node:
        case ast.Compare(left=left, comparators=right):
            yield from PYTHON_MEMBERS & constants(left, *right)
        case ast.MatchValue(value=value):
            yield from PYTHON_MEMBERS & constants(value)
        case ast.keyword(arg=str(name), value=value) | ast.AnnAssign(target=ast.Name(id=name), value=value) if (
            name in FIELDS
        ):
            yield from PYTHON_MEMBERS & constants(value)
        case ast.Dict(keys=keys, values=entries):
            yield from listed(constants(*keys))
            fields = [entry for key, entry in zip(keys, entries, strict=True) if FIELDS & constants(key)]
            yield from PYTHON_MEMBERS & constants(*fields)
        case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
            yield from listed(constants(*elements))
        case ast.Subscript(slice=key):
            yield from (STATUSES - COLUMN_NAMES) & constants(key)
        case _:
            pass


def exported(tree: ast.Module) -> set[ast.AST]:
    """Return the lists of names in `__all__`."""
    return {node.value for node in tree.body if isinstance(node, ast.Assign) and name_of(node.targets[0]) == "__all__"}


@pytest.mark.parametrize("source", [*MODULES, *TOOLS], ids=lambda source: str(source.relative_to(ROOT)))
def test_python_has_no_bare_copy(source: Path) -> None:
    tree = ast.parse(source.read_text())
    skipped = exported(tree)
    found = {copy for node in ast.walk(tree) if node not in skipped for copy in copies(node)}
    assert found - NO_COPIES.get(str(source.relative_to(ROOT)), set()) == set()


@pytest.mark.parametrize(
    "code",
    [
        "row.status == 'pending'",
        "row.status in ('sent', 'failed')",
        "update(message).values(status='expired')",
        "values = {'status': 'queued'}",
        "FINAL = {'finished', 'cancelled'}",
        "type Answer = Literal['resend', 'hold']",
        "stats['sent']",
        "class Draft:\n    on_unknown: str = 'resend'",
        "match row.status:\n    case 'sent' | 'queued': pass",
        "WORDS = {'scheduled': 'planned', 'running': 'under way'}",
    ],
)
def test_a_bare_copy_is_found(code: str) -> None:
    assert [copy for node in ast.walk(ast.parse(code)) for copy in copies(node)]


def test_every_outcome_has_its_metric() -> None:
    assert METRICS.keys() == set(OutcomeStatus)


def test_metrics_are_added_by_their_enumeration_only() -> None:
    adding = {
        source.name
        for source in MODULES
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "add_metric"
    }
    assert adding == {"observability.py"}
