"""Consent in the rows of an import, and answers that may be missing after a call has committed its first part."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

_ANSWER_BEFORE, _ANSWER = "null only inside the transaction that works on it", "null until the call has ended"


def upgrade() -> None:
    """Add the columns, which no other transaction waits for: the table has the rows of running imports alone."""
    op.add_column("import_row", sa.Column("consent_at", sa.DateTime(timezone=True)))
    op.add_column("import_row", sa.Column("consent_source", sa.Text()))
    op.execute(f"COMMENT ON COLUMN idempotency.answer IS '{_ANSWER}'")


def downgrade() -> None:
    """Drop the columns. Calls that have ended without an answer run again when they are repeated."""
    op.execute(f"COMMENT ON COLUMN idempotency.answer IS '{_ANSWER_BEFORE}'")
    for column in ("consent_source", "consent_at"):
        op.drop_column("import_row", column)
