"""What the dispatcher remembers of a changed schedule, and test sends."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "mailing",
        sa.Column(
            "rescheduled_version",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="all messages follow it",
        ),
    )
    op.add_column(
        "mailing",
        sa.Column(
            "reschedule_position",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="the last message id done",
        ),
    )
    op.execute("UPDATE mailing SET rescheduled_version = schedule_version WHERE plan_until IS NULL")
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


def downgrade() -> None:
    """Take back."""
    op.drop_table("trial")
    op.drop_column("mailing", "reschedule_position")
    op.drop_column("mailing", "rescheduled_version")
