"""Messages outside mailings may have neither a mailing nor a client."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_COLUMNS = (
    ("mailing_id", "null: outside mailings, see direct_message"),
    ("client_id", "null: outside mailings"),
)


def upgrade() -> None:
    """Apply."""
    # The catalog alone changes, no row.
    for column, comment in _COLUMNS:
        op.alter_column("message", column, existing_type=sa.BigInteger(), nullable=True, comment=comment)


def downgrade() -> None:
    """Take back."""
    for column, _ in _COLUMNS:
        op.alter_column("message", column, existing_type=sa.BigInteger(), nullable=False, comment=None)
