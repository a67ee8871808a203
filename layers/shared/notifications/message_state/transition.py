"""Status transitions: pick rows, update them and adjust running counts in one statement."""

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import Connection, Row, TextClause, text

# How many rows the running count of one status is spread over, so that writers seldom wait for each other.
COUNT_SHARDS = 16


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


def transition(pick: str, change: str, result: str, *, key: Literal["id", "ctid"] = "id") -> TextClause:
    """Return a statement that updates the rows that `pick` selects and adjusts their running counts.

    Args:
        pick: SELECT … of `id, status` at least, locking the rows: in the order of `id` or with SKIP LOCKED, lest two
            that want the same ones wait for each other.
        change: the SET list of the UPDATE; `m` is the message, `p` the picked row.
        result: what to SELECT FROM `changed`, whose rows are the messages after the change, with `was`.
        key: column by which rows are found. By `ctid`, which `pick` then selects, it never reads the whole table,
            and leaves out a row that another transaction has just changed.
    """
    return text(f"""
        WITH picked AS ({pick}),
        changed AS (
            UPDATE message AS m SET {change} FROM picked AS p WHERE m.{key} = p.{key} RETURNING m.*, p.status AS was
        ),
        counted AS (
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
        )
        {result}
    """)


def execute(connection: Connection, statement: TextClause, **values: object) -> Sequence[Row[Any]]:
    """Execute a transition, and return its rows."""
    return connection.execute(statement, values).all()
