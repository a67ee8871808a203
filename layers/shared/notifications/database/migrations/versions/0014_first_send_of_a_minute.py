"""Counts of sent messages by minute have the time of the first one, so that a rate covers the time really run."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

# The trigger as in 0010, but with the first send of each minute.
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
_PACE_SINCE = f"""
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


def upgrade() -> None:
    """Apply."""
    since = sa.Column("since", sa.DateTime(timezone=True), comment="the first send of the minute")
    op.add_column("mailing_pace", since)
    op.execute(_function(_PACE_SINCE))


def downgrade() -> None:
    """Take back."""
    op.execute(_function(_PACE))
    op.drop_column("mailing_pace", "since")


def _function(pace: str) -> str:
    moves = f"(SELECT *, 1 AS n FROM became {_OF_MAILINGS} UNION ALL SELECT *, -1 FROM was {_OF_MAILINGS}) AS moves"
    return f"""
        CREATE OR REPLACE FUNCTION count_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF EXISTS (SELECT FROM became {_TELLS}) OR EXISTS (SELECT FROM was {_TELLS}) THEN
                {_ENDED.format(moves=moves)}
                {pace.format(moves=moves)}
            END IF;
            RETURN NULL;
        END $$;
    """
