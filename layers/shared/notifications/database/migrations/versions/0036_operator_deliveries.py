"""Counts of deliveries by hour and operator code, of all messages."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Create the table. Earlier receipts are not counted, so that operators are compared from a day later on."""
    op.create_table(
        "operator_delivery",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False, comment="the UTC hour in which they were sent"),
        sa.Column("operator_code", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "operator_code", "state", "shard", name="operator_delivery_pkey"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("operator_delivery")
