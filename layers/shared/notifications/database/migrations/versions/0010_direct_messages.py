"""Messages outside mailings: rows of `message` without a mailing and a client, which count in no mailing."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_COLUMNS = (
    ("mailing_id", "null: outside mailings, see direct_message"),
    ("client_id", "null: outside mailings"),
)
# Triggers as in 0009, but for messages of mailings alone.
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
_TELLS = f"WHERE status NOT IN {_OPEN} OR last_error IS NOT NULL"
_OF_MAILINGS = "WHERE mailing_id IS NOT NULL"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "direct_message",
        sa.Column("message_id", sa.BigInteger(), sa.Identity(always=True, start=2**52), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, comment="as it is sent, with its placeholders filled in"),
        sa.Column("on_unknown", sa.Text(), server_default="resend", nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('test')", name="direct_message_kind_check"),
        sa.CheckConstraint("on_unknown IN ('resend', 'hold')", name="direct_message_on_unknown_check"),
        sa.PrimaryKeyConstraint("message_id", name="direct_message_pkey"),
    )
    op.execute(_functions(_OF_MAILINGS))
    # The catalog alone changes, no row.
    for column, comment in _COLUMNS:
        op.alter_column("message", column, existing_type=sa.BigInteger(), nullable=True, comment=comment)


def downgrade() -> None:
    """Take back."""
    op.execute("DELETE FROM attempt USING direct_message AS direct WHERE direct.message_id = attempt.message_id")
    op.execute("DELETE FROM message WHERE mailing_id IS NULL")
    for column, _ in _COLUMNS:
        op.alter_column("message", column, existing_type=sa.BigInteger(), nullable=False, comment=None)
    op.execute(_functions(""))
    op.drop_table("direct_message")


def _functions(condition: str) -> str:
    new = f"(SELECT *, 1 AS n FROM became {condition}) AS moves"
    moves = f"(SELECT *, 1 AS n FROM became {condition} UNION ALL SELECT *, -1 FROM was {condition}) AS moves"
    return f"""
        CREATE OR REPLACE FUNCTION count_planned() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            {_PLANNED.format(moves=new)}
            IF EXISTS (SELECT FROM became {_TELLS}) THEN
                {_ENDED.format(moves=new)}
            END IF;
            RETURN NULL;
        END $$;
        CREATE OR REPLACE FUNCTION count_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF EXISTS (SELECT FROM became {_TELLS}) OR EXISTS (SELECT FROM was {_TELLS}) THEN
                {_ENDED.format(moves=moves)}
                {_PACE.format(moves=moves)}
            END IF;
            RETURN NULL;
        END $$;
    """
