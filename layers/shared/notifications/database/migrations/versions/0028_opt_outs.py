"""Opt-outs, consent, categories of messages, and the status `suppressed`. 0029 validates the constraints."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

_STATUSES_BEFORE = "'pending', 'queued', 'sending', 'sent', 'failed', 'expired', 'cancelled', 'unknown'"
_STATUS, _STATUS_BEFORE = "message_status_check", "message_message_status_check_check"
_CATEGORIES = "category IN ('marketing', 'service')"


def upgrade() -> None:
    """Create the table and the columns, and let messages be suppressed."""
    op.execute(f"ALTER TABLE message DROP CONSTRAINT {_STATUS_BEFORE}")
    op.execute(
        f"ALTER TABLE message ADD CONSTRAINT {_STATUS} CHECK (status IN ({_STATUSES_BEFORE}, 'suppressed')) NOT VALID"
    )
    for table in ("mailing", "direct_message"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN category text NOT NULL DEFAULT 'marketing'")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_category_check CHECK ({_CATEGORIES}) NOT VALID")
    op.add_column(
        "client",
        sa.Column("consent_at", sa.DateTime(timezone=True), comment="consent to marketing was given; null: it was not"),
    )
    op.add_column(
        "client",
        sa.Column("consent_source", sa.Text(), comment="how the consent was given, such as the name of a form"),
    )
    op.create_table(
        "opt_out",
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), comment="in the words of whoever recorded it"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("scope IN ('all', 'marketing')", name="opt_out_scope_check"),
        sa.CheckConstraint(
            "source IN ('operator', 'api', 'import', 'reply', 'provider', 'receipt', 'pinpoint', 'erasure')",
            name="opt_out_source_check",
        ),
        sa.PrimaryKeyConstraint("phone", name="opt_out_pkey"),
    )
    op.create_index("opt_out_at_phone_idx", "opt_out", ["at", "phone"])
    op.create_index("opt_out_phone_trigrams_idx", "opt_out", [sa.text("phone_trigrams(phone)")], postgresql_using="gin")


def downgrade() -> None:
    """Drop the table and the columns. Suppressed messages become `cancelled`, which older code knows."""
    op.drop_table("opt_out")
    for column in ("consent_at", "consent_source"):
        op.drop_column("client", column)
    for table in ("mailing", "direct_message"):
        op.drop_column(table, "category")
    op.execute(
        """
        WITH moved AS (DELETE FROM mailing_count WHERE status = 'suppressed' RETURNING mailing_id, shard, n)
        INSERT INTO mailing_count AS c (mailing_id, status, shard, n)
        SELECT mailing_id, 'cancelled', shard, n FROM moved
        ON CONFLICT (mailing_id, status, shard) DO UPDATE SET n = c.n + excluded.n
        """
    )
    op.execute("UPDATE message SET status = 'cancelled' WHERE status = 'suppressed'")
    op.execute(f"ALTER TABLE message DROP CONSTRAINT {_STATUS}")
    op.execute(f"ALTER TABLE message ADD CONSTRAINT {_STATUS_BEFORE} CHECK (status IN ({_STATUSES_BEFORE})) NOT VALID")
