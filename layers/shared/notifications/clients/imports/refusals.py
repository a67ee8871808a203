"""Rows of an import that were not stored, each with its line and the reason."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, select, text

from notifications.clients.imports.parsed_clients import Refused, refusal
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.database.keyset import Key, Order
from notifications.database.tables import import_refusal

# Most invalid rows of a file. A file with more is a wrong one, and nothing of it is stored.
MAX_REFUSED_ROWS = 100_000
# Most rows of a page, which keep it within Lambda's 6 MB.
PAGE_ROWS = 20_000

ORDERS = {"line": Order([import_refusal.c.line])}

_ADD = text("""
    INSERT INTO import_refusal (import_id, line, field, code, params)
    SELECT :import_id, line, field, code, params
    FROM jsonb_to_recordset(CAST(:refused AS jsonb)) AS refused (line int, field text, code text, params jsonb)
    ON CONFLICT DO NOTHING
""")


def add(connection: Connection, import_id: int, refused: Sequence[Refused]) -> None:
    """Store rejected rows. A row that is stored already, by an earlier reading of the file, stays."""
    if refused:
        rows = [{"line": each.line, "field": each.field, "code": each.code, "params": each.params} for each in refused]
        connection.execute(_ADD, {"import_id": import_id, "refused": json.dumps(rows)})


def page(connection: Connection, import_id: int, *, order: Order, after: Key | None, limit: int) -> Sequence[Refused]:
    """Return at most `limit` rows that were not stored."""
    query = order.page(select(import_refusal).where(import_refusal.c.import_id == import_id), after=after, limit=limit)
    return [
        refusal(row.line, InvalidInput(row.field, ProblemCode(row.code), **row.params))
        for row in connection.execute(query)
    ]
