"""Messages outside mailings: rows of `message` without a mailing and a client, which count in no mailing.

Test sends, which had a table `trial` of their own, become such messages and keep their ids. For the version before,
`trial` is a view over them (docs/decisions/0046-one-life-for-all-messages.md).
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

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
# As long as the version before has a test send wait, and has a sender work at it.
_LASTS = "interval '15 minutes'"
_LEASE = "interval '3 minutes'"
_COPY = f"""
    INSERT INTO direct_message (message_id, kind, phone, text, ends_at, created_at) OVERRIDING SYSTEM VALUE
    SELECT id, 'test', phone, text, created_at + {_LASTS}, created_at FROM trial;

    INSERT INTO message (
        id, schedule_version, status, since, due_at, closes_at, lease_until, claim, attempts, sent_at, last_error
    ) OVERRIDING SYSTEM VALUE
    SELECT id, 0, status, since, created_at, created_at + {_LASTS},
           CASE status WHEN 'sending' THEN since + {_LEASE} END,
           CASE WHEN status IN ('sending', 'sent', 'failed') THEN 1 ELSE 0 END,
           CASE WHEN status IN ('sent', 'failed') THEN 1 ELSE 0 END,
           CASE status WHEN 'sent' THEN since END, error
    FROM trial;

    INSERT INTO attempt (message_id, claim, at, calls, outcome)
    SELECT id, 1, since, 1, 'sent' FROM trial WHERE status = 'sent';

    SELECT setval('direct_message_message_id_seq', last_value, is_called) FROM trial_id_seq;
"""
_AS_TRIALS = """
    SELECT m.id, direct.phone, direct.text,
           CASE WHEN m.status IN ('expired', 'cancelled', 'unknown') THEN 'failed' ELSE m.status END AS status,
           m.since, direct.created_at, m.last_error AS error
    FROM message AS m JOIN direct_message AS direct ON direct.message_id = m.id
"""
# A row that somebody else has just changed is left out, as it is by an UPDATE of a table. What has been sent is not
# put back, though the version before asks for that when the queue's answer was lost.
_VIEW = f"""
    CREATE VIEW trial AS {_AS_TRIALS};

    CREATE FUNCTION write_trial() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO direct_message (kind, phone, text, ends_at, created_at)
            VALUES ('test', NEW.phone, NEW.text, NEW.created_at + {_LASTS}, NEW.created_at)
            RETURNING message_id, 'pending' INTO NEW.id, NEW.status;
            INSERT INTO message (id, schedule_version, status, since, due_at, closes_at) OVERRIDING SYSTEM VALUE
            VALUES (NEW.id, 0, NEW.status, NEW.since, NEW.created_at, NEW.created_at + {_LASTS});
            RETURN NEW;
        END IF;
        UPDATE message AS m SET
            status = NEW.status, since = NEW.since, last_error = NEW.error, last_error_code = NULL,
            last_error_params = NULL,
            claim = m.claim + CASE NEW.status WHEN 'sending' THEN 1 ELSE 0 END,
            lease_until = CASE NEW.status WHEN 'sending' THEN NEW.since + {_LEASE} END,
            attempts = m.attempts + CASE WHEN OLD.status = 'sending' THEN 1 ELSE 0 END,
            sent_at = CASE NEW.status WHEN 'sent' THEN NEW.since END
        WHERE m.id = OLD.id AND m.status = OLD.status AND (NEW.status <> 'pending' OR m.status = 'queued');
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
        INSERT INTO attempt (message_id, claim, at, calls, outcome)
        SELECT m.id, m.claim, m.since, 1, 'sent' FROM message AS m WHERE m.id = NEW.id AND m.status = 'sent';
        RETURN NEW;
    END $$;
    CREATE TRIGGER write_trial INSTEAD OF INSERT OR UPDATE ON trial
        FOR EACH ROW EXECUTE FUNCTION write_trial();
"""
_BACK = f"""
    INSERT INTO trial (id, phone, text, status, since, created_at, error) OVERRIDING SYSTEM VALUE {_AS_TRIALS};
    SELECT setval('trial_id_seq', last_value, is_called) FROM direct_message_message_id_seq;
    DELETE FROM attempt USING direct_message AS direct WHERE direct.message_id = attempt.message_id;
    DELETE FROM message WHERE mailing_id IS NULL;
"""


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
    op.alter_column(
        "audit", "kind", existing_type=sa.Text(), existing_nullable=False, comment="client, tag, mailing or test_send"
    )
    # After `message`: in this order the version before locks them.
    op.execute("LOCK TABLE trial IN ACCESS EXCLUSIVE MODE")
    op.execute(_COPY)
    op.drop_table("trial")
    op.execute(_VIEW)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP VIEW trial")
    op.execute("DROP FUNCTION write_trial()")
    op.create_table(
        "trial",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True, start=2**52), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="pending", nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("status IN ('pending', 'queued', 'sending', 'sent', 'failed')", name="trial_status_check"),
        sa.PrimaryKeyConstraint("id", name="trial_pkey"),
    )
    op.create_index(
        "trial_open_idx",
        "trial",
        ["status"],
        postgresql_where=sa.text("status IN ('pending', 'queued', 'sending')"),
    )
    op.execute(_BACK)
    op.alter_column("audit", "kind", existing_type=sa.Text(), existing_nullable=False, comment="client, tag or mailing")
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
