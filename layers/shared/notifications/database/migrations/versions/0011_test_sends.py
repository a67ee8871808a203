"""Test sends become messages outside mailings and keep their ids; they had a table `trial` of their own.

For the version before, `trial` is a view over them (docs/decisions/0046-one-life-for-all-messages.md).
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

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

    SELECT setval(
        'direct_message_message_id_seq', GREATEST(old.last_value, new.last_value), old.is_called OR new.is_called
    )
    FROM trial_id_seq AS old CROSS JOIN direct_message_message_id_seq AS new;
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
    DELETE FROM direct_message;
"""


def upgrade() -> None:
    """Apply."""
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
