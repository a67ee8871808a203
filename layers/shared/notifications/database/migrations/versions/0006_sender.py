"""What the sender remembers: attempts, the provider's state, dead letters, doubt."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "message",
        sa.Column(
            "in_doubt",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="a call of unknown outcome was made",
        ),
    )
    op.create_table(
        "attempt",
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("claim", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=True, comment="null: the worker died"),
        sa.Column(
            "calls",
            sa.SmallInteger(),
            nullable=False,
            comment="how often the provider was called, quick retries included",
        ),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("message_id", "claim", name="attempt_pkey"),
    )
    op.execute(
        "INSERT INTO attempt (message_id, claim, at, calls, outcome)"
        " SELECT id, claim, sent_at, 1, 'sent' FROM message WHERE status = 'sent'"
    )
    op.create_table(
        "provider",
        sa.Column("name", sa.Text(), nullable=False, comment="the provider in use: there is one row at most"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("counted_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pause", sa.Interval(), nullable=False),
        sa.Column("probe_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("rate", sa.Double(), nullable=False, comment="messages a second, as of cut_at"),
        sa.Column("cut_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_call_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_release_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('closed', 'open', 'probing')", name="provider_state_check"),
        sa.PrimaryKeyConstraint("name", name="provider_pkey"),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="incident_pkey"),
    )
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False, comment="the queue's id, which a repeat has too"),
        sa.Column("message_id", sa.BigInteger(), nullable=True, comment="null: the record could not be read"),
        sa.Column("failed", sa.Boolean(), nullable=False, comment="whether the message was failed for it"),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="dead_letter_pkey"),
        sa.UniqueConstraint("record_id", name="dead_letter_record_id_key"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("dead_letter")
    op.drop_table("incident")
    op.drop_table("provider")
    op.drop_table("attempt")
    op.drop_column("message", "in_doubt")
