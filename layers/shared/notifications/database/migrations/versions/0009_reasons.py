"""Codes of reasons beside their English text: of messages, attempts, errors, incidents and dead letters.

All columns are null where older code wrote the row. The version before goes on writing texts alone.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"

# Triggers as in 0005, but for the errors, each of which now keeps a code and parameters.
_OPEN = "('pending', 'queued', 'sending')"
_SHARD = "mod(pg_backend_pid(), 16)"
_ADD = "DO UPDATE SET n = c.n + excluded.n"
_ATTRIBUTES = "CROSS JOIN LATERAL (VALUES ('timezone', timezone), ('operator_code', operator_code)) AS a (kind, value)"
_DELAY = """
    CASE status WHEN 'sent' THEN (ARRAY[1, 2, 5, 10, 30, 60, 300, 1800, 3600, 86400, 2147483647])[1 + width_bucket(
        CAST(extract(epoch FROM since - due_at) AS float8),
        CAST(ARRAY[1, 2, 5, 10, 30, 60, 300, 1800, 3600, 86400] AS float8[])
    )] ELSE 0 END
"""
_PLANNED = f"""
    INSERT INTO mailing_group AS c (mailing_id, kind, value, status, shard, n)
    SELECT mailing_id, kind, value, 'planned', {_SHARD}, sum(n)
    FROM {{moves}} {_ATTRIBUTES}
    GROUP BY mailing_id, kind, value ORDER BY mailing_id, kind, value
    ON CONFLICT (mailing_id, kind, value, status, shard) {_ADD};
"""
_ENDED = f"""
    INSERT INTO mailing_hour AS c (mailing_id, hour, status, delay, shard, n)
    SELECT mailing_id, date_trunc('hour', since, 'UTC') AS hour, status, {_DELAY} AS delay, {_SHARD}, sum(n)
    FROM {{moves}} WHERE status NOT IN {_OPEN}
    GROUP BY mailing_id, hour, status, delay HAVING sum(n) <> 0 ORDER BY mailing_id, hour, status, delay
    ON CONFLICT (mailing_id, hour, status, delay, shard) {_ADD};

    INSERT INTO mailing_group AS c (mailing_id, kind, value, status, shard, n)
    SELECT mailing_id, kind, value, status, {_SHARD}, sum(n)
    FROM {{moves}} {_ATTRIBUTES} WHERE status NOT IN {_OPEN}
    GROUP BY mailing_id, kind, value, status HAVING sum(n) <> 0 ORDER BY mailing_id, kind, value, status
    ON CONFLICT (mailing_id, kind, value, status, shard) {_ADD};
"""
_ERRORS = f"""
    INSERT INTO mailing_error AS c (mailing_id, error, shard, n)
    SELECT mailing_id, last_error, {_SHARD}, sum(n)
    FROM {{moves}} WHERE last_error IS NOT NULL AND status NOT IN ('sent', 'cancelled')
    GROUP BY mailing_id, last_error HAVING sum(n) <> 0 ORDER BY mailing_id, last_error
    ON CONFLICT (mailing_id, error, shard) {_ADD};
"""
_ERRORS_WITH_CODES = f"""
    INSERT INTO mailing_error AS c (mailing_id, error, shard, n, code, params)
    SELECT mailing_id, last_error, {_SHARD}, sum(n), max(last_error_code),
           (array_agg(last_error_params) FILTER (WHERE last_error_params IS NOT NULL))[1]
    FROM {{moves}} WHERE last_error IS NOT NULL AND status NOT IN ('sent', 'cancelled')
    GROUP BY mailing_id, last_error HAVING sum(n) <> 0 ORDER BY mailing_id, last_error
    ON CONFLICT (mailing_id, error, shard) {_ADD},
        code = COALESCE(c.code, excluded.code), params = COALESCE(c.params, excluded.params);
"""
_PACE = f"""
    INSERT INTO mailing_pace AS c (mailing_id, slot, shard, minute, n)
    SELECT mailing_id, mod(CAST(extract(minute FROM since) AS int), 3) AS slot, {_SHARD},
           date_trunc('minute', since, 'UTC') AS minute, sum(n)
    FROM {{moves}} WHERE status = 'sent' GROUP BY mailing_id, slot, minute ORDER BY mailing_id, slot
    ON CONFLICT (mailing_id, slot, shard) DO UPDATE SET
        minute = excluded.minute, n = excluded.n + CASE WHEN c.minute = excluded.minute THEN c.n ELSE 0 END;
"""
_NEW = "(SELECT *, 1 AS n FROM became) AS moves"
_MOVES = "(SELECT *, 1 AS n FROM became UNION ALL SELECT *, -1 FROM was) AS moves"
_TELLS = f"WHERE status NOT IN {_OPEN} OR last_error IS NOT NULL"


def upgrade() -> None:
    """Apply."""
    for table, name, kind, comment in _columns():
        op.add_column(table, sa.Column(name, kind, nullable=True, comment=comment))
    op.execute(_functions(_ERRORS_WITH_CODES))


def downgrade() -> None:
    """Take back."""
    op.execute(_functions(_ERRORS))
    for table, name, _, _ in reversed(_columns()):
        op.drop_column(table, name)


def _columns() -> list[tuple[str, str, sa.types.TypeEngine[Any], str | None]]:
    return [
        (
            "message",
            "last_error_code",
            sa.Text(),
            "notifications.contracts.reasons.Reason; null: none, or written by older code",
        ),
        ("message", "last_error_params", JSONB(), "what the code's phrase names, but somebody else's own words"),
        ("mailing_error", "code", sa.Text(), None),
        ("mailing_error", "params", JSONB(), None),
        ("attempt", "error_code", sa.Text(), None),
        ("provider", "reason_code", sa.Text(), None),
        ("provider", "reason_params", JSONB(), None),
        ("incident", "reason_code", sa.Text(), None),
        ("incident", "reason_params", JSONB(), None),
        ("dead_letter", "reason_code", sa.Text(), None),
    ]


def _functions(errors: str) -> str:
    return f"""
        CREATE OR REPLACE FUNCTION count_planned() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            {_PLANNED.format(moves=_NEW)}
            IF EXISTS (SELECT FROM became {_TELLS}) THEN
                {_ENDED.format(moves=_NEW)}
                {errors.format(moves=_NEW)}
            END IF;
            RETURN NULL;
        END $$;
        CREATE OR REPLACE FUNCTION count_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF EXISTS (SELECT FROM became {_TELLS}) OR EXISTS (SELECT FROM was {_TELLS}) THEN
                {_ENDED.format(moves=_MOVES)}
                {errors.format(moves=_MOVES)}
                {_PACE.format(moves=_MOVES)}
            END IF;
            RETURN NULL;
        END $$;
    """
