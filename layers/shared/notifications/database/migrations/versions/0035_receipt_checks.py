"""Positions of checks for messages without receipts, and the index of mailings by their end."""

import sqlalchemy as sa
from alembic import op

from notifications.database.migrations import online

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Create the index while the table is in use, and the table."""
    online.create_index("mailing_finished_at_idx", "mailing", ["finished_at"], where="finished_at IS NOT NULL")
    op.create_table(
        "receipt_check",
        sa.Column("mailing_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), comment="the mailing's end after which it is checked"),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="the last message id checked"),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("mailing_id", name="receipt_check_pkey"),
    )


def downgrade() -> None:
    """Drop the table and the index."""
    op.drop_table("receipt_check")
    op.drop_index("mailing_finished_at_idx")
