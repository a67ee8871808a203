"""Closed vocabularies have no copies: SQL uses members only, and Python uses their enumeration."""

import ast
import re
from collections.abc import Iterator
from enum import Enum, StrEnum
from pathlib import Path

import pytest

from notifications.contracts import enumerations
from notifications.contracts.enumerations import (
    AuditAction,
    AuditKind,
    BreakerState,
    GroupKind,
    MailingStatus,
    MessageKind,
    MessageStatus,
    OnUnknown,
    ReconciledCount,
    Role,
    Verdict,
)
from notifications.database.tables import metadata
from sender.telemetry import METRICS
from tests.support.proofs.product_code import FUNCTIONS, LAYER, MODULES
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
    return {member.value for vocabulary in vocabularies for member in vocabulary}


# --- SQL ---

SQL_CALLS = {"text", "transition", "exec_driver_sql"}
SQL_KEYWORD = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE|CASE|CAST|ORDER BY|VALUES|IN \()")
WORD = re.compile(r"'([a-z][a-z_]*)'")
COMPARED = re.compile(
    r"(?P<column>\b(?:\w+\.)?\w+)\s*(?:=|<>|(?:NOT )?IN|WHEN)\s*\(?(?P<listed>'[^']*'(?:,\s*'[^']*')*)"
)
# Vocabulary by column, with the table's name where columns of the same name have different vocabularies.
COLUMNS: dict[str, set[str]] = {
    "mailing.status": values(MailingStatus),
    "m.status": values(MessageStatus),
    "p.status": values(MessageStatus),
    "status": values(MessageStatus, MailingStatus),
    "becomes": values(MessageStatus),
    "was": values(MessageStatus),
    "outcome": values(MessageStatus),
    "verdict": values(Verdict),
    "on_unknown": values(OnUnknown),
    "state": values(BreakerState),
    "kind": values(AuditKind, GroupKind, MessageKind),
    "account": values(ReconciledCount),
    "action": values(AuditAction),
    "role": VOCABULARIES["Role"],
}
# Literals in SQL that belong to no vocabulary.
OTHER_WORDS = {
    "phone": "a key of the client as the audit log has it",
    "tags": "the same",
    "attributes": "the same",
    "reason": "a key of an error's parameters: the error before it",
    "text": "a key of a nested reason",
    "code": "the same",
    "params": "the same",
    enumerations.PLANNED: "the count of all messages of a group, beside the statuses",
}


def written(node: ast.AST) -> str | None:
    """Return the text of a string or f-string, with `{}` for each inserted value."""
    match node:
        case ast.Constant(value=str(value)):
            return value
        case ast.JoinedStr(values=parts):
            return "".join(written(part) or "{}" for part in parts)
        case _:
            return None


def docstrings(tree: ast.Module) -> set[ast.AST]:
    """Return the expressions that are docstrings."""
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def statements() -> Iterator[tuple[str, str]]:
    """Yield the SQL texts of the product, each with the name of its file."""
    for source in MODULES:
        tree = ast.parse(source.read_text())
        skipped = docstrings(tree)
        given = {
            argument
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and name_of(call.func) in SQL_CALLS
            for argument in [*call.args, *(keyword.value for keyword in call.keywords)]
        }
        for node in ast.walk(tree):
            found = None if node in skipped else written(node)
            if found and (node in given or SQL_KEYWORD.search(found)):
                yield source.name, found
    for file in (*LAYER.rglob("*.sql"), *FUNCTIONS.rglob("*.sql")):
        yield file.name, file.read_text()


def name_of(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


STATEMENTS = list(statements())


def test_statements_are_found() -> None:
    names = {name for name, _ in STATEMENTS}
    assert {"claim.sql", "record_outcomes.sql", "sweeping.py", "dead_letters.py", "mailings.py"} <= names
    assert {"repository.py", "reconcile.sql", "create_client.sql"} <= names
    assert any("WHEN 'sending' THEN" in sql for _, sql in STATEMENTS)


def test_every_word_in_sql_is_a_member_of_a_vocabulary() -> None:
    strange = {(name, word) for name, sql in STATEMENTS for word in WORD.findall(sql)}
    assert {(name, word) for name, word in strange if word not in MEMBERS | OTHER_WORDS.keys()} == set()


def strangers(sql: str) -> set[tuple[str, str]]:
    """Return literals compared with or assigned to a column of a vocabulary that are not its members."""
    found = set()
    for compared in COMPARED.finditer(sql):
        column = compared["column"]
        allowed = COLUMNS.get(column) or COLUMNS.get(column.rpartition(".")[2])
        if allowed is not None:
            found |= {(column, word) for word in re.findall(r"'([^']*)'", compared["listed"]) if word not in allowed}
    return found


def test_columns_are_compared_with_members_of_their_vocabulary() -> None:
    assert {(name, *stranger) for name, sql in STATEMENTS for stranger in strangers(sql)} == set()


@pytest.mark.parametrize(
    "sql",
    [
        "WHERE m.status = 'scheduled'",
        "WHERE mailing.status IN ('running', 'queued')",
        "SET status = 'vanished'",
        "mailing.on_unknown <> 'drop'",
        "CASE p.status WHEN 'gone' THEN 1 END",
        "status NOT IN ('sent', 'cancelld')",
    ],
)
def test_a_word_outside_the_vocabulary_is_found(sql: str) -> None:
    assert strangers(sql)


# --- Python ---

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


# --- Mappings over a vocabulary ---


def test_every_verdict_has_its_metric() -> None:
    assert METRICS.keys() == set(Verdict)


def test_metrics_are_added_by_their_enumeration_only() -> None:
    adding = {
        source.name
        for source in MODULES
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "add_metric"
    }
    assert adding == {"observability.py"}
