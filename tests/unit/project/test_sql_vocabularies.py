"""SQL uses only members of the closed vocabularies."""

import ast
import re
from collections.abc import Iterator

import pytest

from notifications.contracts import enumerations
from notifications.contracts.enumerations import (
    AuditAction,
    AuditKind,
    BreakerState,
    Delivery,
    GroupKind,
    MailingStatus,
    MessageKind,
    MessageStatus,
    OnUnknown,
    OutcomeStatus,
    ReconciledCount,
)
from tests.support.proofs.product_code import FUNCTIONS, LAYER, MODULES
from tests.support.proofs.vocabularies import MEMBERS, VOCABULARIES, name_of, values

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
    "next_status": values(OutcomeStatus),
    "on_unknown": values(OnUnknown),
    "operator_delivery.state": values(Delivery),
    "state": values(BreakerState),
    "kind": values(AuditKind, GroupKind, MessageKind),
    "counter": values(ReconciledCount),
    "action": values(AuditAction),
    "role": VOCABULARIES["Role"],
}
# Literals in SQL that belong to no vocabulary.
OTHER_WORDS = {
    "phone": "a key of the client as the audit log has it",
    "tags": "the same",
    "attributes": "the same",
    "consent_at": "a column of a file of clients",
    "reason": "a key of an error's parameters: the error before it",
    "text": "a key of a nested reason",
    "code": "the same",
    "params": "the same",
    "object": "a type of JSON",
    "phones": "a key of a bulk change as the audit log has it",
    "staged": "a key of the position of an import",
    "line": "a key of the parameters of an import's refusal",
    "max_items": "the same",
    "message_id": "a key of a stored receipt",
    "provider": "the same",
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
