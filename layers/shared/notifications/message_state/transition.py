"""Status transitions: pick rows, update them and adjust running counts in one statement."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Row, TextClause, text

from notifications.contracts.enumerations import UNACCEPTED_STATUSES
from notifications.database import statements
from notifications.database.tables import sql_list

# Rows that the running count of one status is spread over, so that writers seldom wait for each other.
COUNT_SHARDS = 16
# Deleting a client cancels its waiting messages. A message that waits again after that is cancelled, too.
CLIENT_DELETED = "(m.client_id IS NOT NULL AND NOT EXISTS (SELECT FROM client WHERE client.id = m.client_id))"

# The person has opted out of messages of this category: on the rows `opt_out`, `mailing` and `direct`, each or null.
# The confirmation of an opt-out is the one message that is sent nevertheless.
OPTED_OUT = """
    (opt_out.phone IS NOT NULL AND direct.kind IS DISTINCT FROM 'confirmation'
     AND (opt_out.scope = 'all' OR COALESCE(mailing.category, direct.category) = 'marketing'))
"""
# The provider may have accepted the message.
IN_DOUBT = "m.in_doubt"

_COUNT = text(f"""
    INSERT INTO mailing_count AS c (mailing_id, status, shard, n)
    SELECT :mailing_id, status, mod(pg_backend_pid(), {COUNT_SHARDS}), n
    FROM unnest(CAST(:statuses AS text[]), CAST(:numbers AS bigint[])) AS new (status, n)
    ORDER BY status
    ON CONFLICT (mailing_id, status, shard) DO UPDATE SET n = c.n + excluded.n
""")


def count(connection: Connection, mailing_id: int, rows: dict[str, int]) -> None:
    """Add new rows to a mailing's running counts, in the transaction that inserts them."""
    connection.execute(_COUNT, {"mailing_id": mailing_id, "statuses": list(rows), "numbers": list(rows.values())})


_COUNTED = f"""counted AS (
    INSERT INTO mailing_count AS c (mailing_id, status, shard, n)
    SELECT mailing_id, status, mod(pg_backend_pid(), {COUNT_SHARDS}), sum(n)
    FROM (
        SELECT mailing_id, was AS status, -1 AS n FROM changed
        UNION ALL
        SELECT mailing_id, status, 1 FROM changed
    ) AS moves
    WHERE mailing_id IS NOT NULL
    GROUP BY mailing_id, status HAVING sum(n) <> 0 ORDER BY mailing_id, status
    ON CONFLICT (mailing_id, status, shard) DO UPDATE SET n = c.n + excluded.n
)"""


def end_as(status: str, *, in_doubt: str = IN_DOUBT) -> str:
    """Return the SQL of a new status: `unknown` in place of an end without acceptance if in doubt.

    Without an end as one of these, a receipt or an operator can still settle the message.

    Args:
        status: SQL of the status that the message gets without doubt.
        in_doubt: condition that the provider may have accepted the message.
    """
    without_acceptance = f"{status} IN {sql_list(UNACCEPTED_STATUSES)}"
    return f"CASE WHEN {in_doubt} AND {without_acceptance} THEN 'unknown' ELSE {status} END"


def transition(pick: str, change: str, result: str, *, key: Literal["id", "ctid"] = "id") -> TextClause:
    """Return a statement that updates the rows that `pick` selects and adjusts their running counts.

    Args:
        pick: SELECT … of `id, status` at least. To avoid deadlocks, lock the rows ordered by `id` or with SKIP LOCKED.
        change: the SET list of the UPDATE; `m` is the message, `p` the picked row.
        result: the query after the changes. `changed` has the changed messages, with their old status in `was`.
        key: column by which rows are found. With `ctid`, which `pick` must select, the table is never scanned, and
            rows that another transaction has just changed are left out.
    """
    return text(f"""
        WITH picked AS ({pick}),
        changed AS (
            UPDATE message AS m SET {change} FROM picked AS p WHERE m.{key} = p.{key} RETURNING m.*, p.status AS was
        ),
        {_COUNTED}
        {result}
    """)


def load_transition(file: Path, **parts: str) -> TextClause:
    """Return the transition of a file, which has `picked` and `changed` as in `transition`.

    Args:
        file: has `{counted}` where the running counts are adjusted.
        parts: SQL that replaces other names in braces.
    """
    return statements.load(file, counted=_COUNTED, **parts)


def execute(connection: Connection, statement: TextClause, **values: object) -> Sequence[Row[Any]]:
    """Execute a transition, and return its rows."""
    return connection.execute(statement, values).all()
