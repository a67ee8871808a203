"""Running counts by hour, delay, time zone, operator code, error and minute, for statistics and reports."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0002"

# The reasons for triggers are in docs/decisions/0010-counts-by-trigger.md.
_OPEN = "('pending', 'queued', 'sending')"
_SHARD = "mod(pg_backend_pid(), 16)"
_ADD = "DO UPDATE SET n = c.n + excluded.n"
_ATTRIBUTES = "CROSS JOIN LATERAL (VALUES ('timezone', timezone), ('operator_code', operator_code)) AS a (kind, value)"
# The upper bounds of the delays that are told apart, in seconds; the last is no bound.
_DELAY = """
    CASE status WHEN 'sent' THEN (ARRAY[1, 2, 5, 10, 30, 60, 300, 1800, 3600, 86400, 2147483647])[1 + width_bucket(
        CAST(extract(epoch FROM since - due_at) AS float8),
        CAST(ARRAY[1, 2, 5, 10, 30, 60, 300, 1800, 3600, 86400] AS float8[])
    )] ELSE 0 END
"""
# Each adds up `{moves}`: rows of messages with `n`, 1 for what they became and -1 for what they were.
# Sorted, so that writers that meet lock in the same order.
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

    INSERT INTO mailing_error AS c (mailing_id, error, shard, n)
    SELECT mailing_id, last_error, {_SHARD}, sum(n)
    FROM {{moves}} WHERE last_error IS NOT NULL AND status NOT IN ('sent', 'cancelled')
    GROUP BY mailing_id, last_error HAVING sum(n) <> 0 ORDER BY mailing_id, last_error
    ON CONFLICT (mailing_id, error, shard) {_ADD};
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
_OLD = "(SELECT *, 1 AS n FROM message) AS moves"
_TELLS = f"WHERE status NOT IN {_OPEN} OR last_error IS NOT NULL"
_TRIGGERS = f"""
    CREATE FUNCTION count_planned() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        {_PLANNED.format(moves=_NEW)}
        IF EXISTS (SELECT FROM became {_TELLS}) THEN
            {_ENDED.format(moves=_NEW)}
        END IF;
        RETURN NULL;
    END $$;
    CREATE FUNCTION count_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT FROM became {_TELLS}) OR EXISTS (SELECT FROM was {_TELLS}) THEN
            {_ENDED.format(moves=_MOVES)}
            {_PACE.format(moves=_MOVES)}
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER count_planned AFTER INSERT ON message REFERENCING NEW TABLE AS became
        FOR EACH STATEMENT EXECUTE FUNCTION count_planned();
    CREATE TRIGGER count_moved AFTER UPDATE ON message REFERENCING OLD TABLE AS was NEW TABLE AS became
        FOR EACH STATEMENT EXECUTE FUNCTION count_moved();
"""


def upgrade() -> None:
    """Apply."""
    for column, comment in (("timezone", "the client's when planned: for statistics"), ("operator_code", "the same")):
        op.add_column("message", sa.Column(column, sa.Text(), server_default="", nullable=False, comment=comment))
    op.create_table(
        "mailing_hour",
        sa.Column("mailing_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column(
            "delay",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="seconds: sent was less late",
        ),
        sa.Column("shard", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailing_id", "hour", "status", "delay", "shard", name="mailing_hour_pkey"),
    )
    op.create_index("mailing_hour_hour_mailing_id_idx", "mailing_hour", ["hour", "mailing_id"])
    op.create_table(
        "mailing_group",
        sa.Column("mailing_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="timezone or operator_code"),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, comment="planned, or how it ended"),
        sa.Column("shard", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailing_id", "kind", "value", "status", "shard", name="mailing_group_pkey"),
    )
    op.create_table(
        "mailing_error",
        sa.Column("mailing_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "error", sa.Text(), nullable=False, comment="the last error of messages that were not sent, or not yet"
        ),
        sa.Column("shard", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailing_id", "error", "shard", name="mailing_error_pkey"),
    )
    op.create_table(
        "mailing_pace",
        sa.Column("mailing_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "slot", sa.SmallInteger(), autoincrement=False, nullable=False, comment="the minute, modulo those kept"
        ),
        sa.Column("shard", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False, comment="sent in that minute"),
        sa.PrimaryKeyConstraint("mailing_id", "slot", "shard", name="mailing_pace_pkey"),
    )
    op.execute(
        "UPDATE message SET timezone = client.timezone, operator_code = client.operator_code"
        " FROM client WHERE client.id = message.client_id"
    )
    op.execute(_PLANNED.format(moves=_OLD) + _ENDED.format(moves=_OLD))
    op.execute(_TRIGGERS)


def downgrade() -> None:
    """Take back."""
    for name in ("count_moved", "count_planned"):
        op.execute(f"DROP TRIGGER {name} ON message")
        op.execute(f"DROP FUNCTION {name}()")
    for table in ("mailing_pace", "mailing_error", "mailing_group"):
        op.drop_table(table)
    op.drop_index("mailing_hour_hour_mailing_id_idx", table_name="mailing_hour")
    op.drop_table("mailing_hour")
    for column in ("operator_code", "timezone"):
        op.drop_column("message", column)
