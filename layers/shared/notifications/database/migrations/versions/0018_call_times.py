"""Mailings with a rate have the time of their next call, which senders advance when they claim messages."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "mailing_rate",
        sa.Column("mailing_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("next_call_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mailing_id", name="mailing_rate_pkey"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("mailing_rate")
