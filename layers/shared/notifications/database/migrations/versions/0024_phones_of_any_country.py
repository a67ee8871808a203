"""Clients without an operator code, and clients whose time zone is the default one."""

import sqlalchemy as sa
from alembic import op

from notifications.database.migrations import online

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "client_default_timezone",
        sa.Column("client_id", sa.BigInteger(), sa.ForeignKey("client.id", ondelete="CASCADE"), primary_key=True),
        comment="clients whose time zone is the parameter DefaultTimezone, since none was given",
    )
    op.alter_column("client", "operator_code", nullable=True)


def downgrade() -> None:
    """Take back."""
    online.in_batches(
        "client", "UPDATE client SET operator_code = '' WHERE operator_code IS NULL AND id > :after AND id <= :upto"
    )
    op.alter_column("client", "operator_code", nullable=False)
    op.drop_table("client_default_timezone")
