"""Messages have the time from which they are late, and mailings and the provider the times that held them."""

import sqlalchemy as sa
from alembic import op

from notifications.database.migrations import online

revision = "0016"
down_revision = "0015"

# The trigger as in 0014, but with delays from `sendable_at`. Messages without it are late from `due_at`, as before.
_OPEN = "('pending', 'queued', 'sending')"
_SHARD = "mod(pg_backend_pid(), 16)"
_ADD = "DO UPDATE SET n = c.n + excluded.n"
_ATTRIBUTES = "CROSS JOIN LATERAL (VALUES ('timezone', timezone), ('operator_code', operator_code)) AS a (kind, value)"
_DELAY = """
    CASE status WHEN 'sent' THEN (ARRAY[1, 2, 5, 10, 30, 60, 300, 1800, 3600, 86400, 2147483647])[1 + width_bucket(
        CAST(extract(epoch FROM since - {late_from}) AS float8),
        CAST(ARRAY[1, 2, 5, 10, 30, 60, 300, 1800, 3600, 86400] AS float8[])
    )] ELSE 0 END
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

    INSERT INTO mailing_pace AS c (mailing_id, slot, shard, minute, n, since)
    SELECT mailing_id, mod(CAST(extract(minute FROM since) AS int), 3) AS slot, {_SHARD},
           date_trunc('minute', since, 'UTC') AS minute, sum(n), min(since)
    FROM {{moves}} WHERE status = 'sent' GROUP BY mailing_id, slot, minute ORDER BY mailing_id, slot
    ON CONFLICT (mailing_id, slot, shard) DO UPDATE SET
        minute = excluded.minute, n = excluded.n + CASE WHEN c.minute = excluded.minute THEN c.n ELSE 0 END,
        since = CASE WHEN c.minute = excluded.minute THEN LEAST(c.since, excluded.since) ELSE excluded.since END;
"""
_TELLS = f"WHERE status NOT IN {_OPEN} OR last_error IS NOT NULL"
_OF_MAILINGS = "WHERE mailing_id IS NOT NULL"
# Time of an interval in which a mailing, or a message outside mailings, was held. Holds that overlap count once.
_HELD_TIME = """
    CREATE FUNCTION held_time(of_mailing bigint, begins timestamptz, ends timestamptz) RETURNS interval
    LANGUAGE sql STABLE
    RETURN (
        SELECT COALESCE(sum(upper(held) - lower(held)), CAST('0' AS interval))
        FROM unnest((
            SELECT range_agg(tstzrange(GREATEST(begins_at, begins), LEAST(ends_at, ends)))
            FROM (
                SELECT begins_at, ends_at FROM hold
                WHERE (hold.mailing_id = of_mailing OR hold.mailing_id IS NULL) AND ends_at > begins
                UNION ALL
                SELECT opened_at, COALESCE(closed_at, ends) FROM incident WHERE closed_at IS NULL OR closed_at > begins
            ) AS hold (begins_at, ends_at)
            WHERE begins_at < ends AND begins_at < ends_at
        )) AS held
    )
"""


def upgrade() -> None:
    """Apply."""
    online.create_index("incident_closed_at_idx", "incident", ["closed_at"])
    op.create_table(
        "hold",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("mailing_id", sa.BigInteger(), nullable=True, comment="null: the provider held all messages"),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="hold_pkey"),
    )
    op.create_index("hold_mailing_id_ends_at_idx", "hold", ["mailing_id", "ends_at"])
    op.execute(_HELD_TIME)
    op.execute(_count_moved("COALESCE(sendable_at, due_at)"))
    op.add_column("mailing", sa.Column("paused_at", sa.DateTime(timezone=True), comment="the last pause began"))
    op.add_column(
        "mailing",
        sa.Column("rate_lag", sa.Interval(), comment="how far sending is behind max_rate; null: never measured"),
    )
    op.add_column(
        "message",
        sa.Column("sendable_at", sa.DateTime(timezone=True), comment="it is late from then on; null: from due_at on"),
    )


def downgrade() -> None:
    """Take back."""
    op.execute(_count_moved("due_at"))
    op.execute("DROP FUNCTION held_time(bigint, timestamptz, timestamptz)")
    op.drop_column("message", "sendable_at")
    op.drop_column("mailing", "rate_lag")
    op.drop_column("mailing", "paused_at")
    op.drop_table("hold")
    op.drop_index("incident_closed_at_idx")


def _count_moved(late_from: str) -> str:
    moves = f"(SELECT *, 1 AS n FROM became {_OF_MAILINGS} UNION ALL SELECT *, -1 FROM was {_OF_MAILINGS}) AS moves"
    return f"""
        CREATE OR REPLACE FUNCTION count_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF EXISTS (SELECT FROM became {_TELLS}) OR EXISTS (SELECT FROM was {_TELLS}) THEN
                {_ENDED.format(moves=moves, late_from=late_from)}
            END IF;
            RETURN NULL;
        END $$;
    """
