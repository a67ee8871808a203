"""Mailings may be drafts. 0013 validates the constraint."""

from alembic import op

revision = "0012"
down_revision = "0011"

_BEFORE = "'scheduled', 'running', 'paused', 'finished', 'cancelled'"
# The name that 0001 gave it.
_NAME_BEFORE, _NAME = "mailing_mailing_status_check_check", "mailing_status_check"


def upgrade() -> None:
    """Apply."""
    op.execute(f"ALTER TABLE mailing DROP CONSTRAINT {_NAME_BEFORE}")
    op.execute(f"ALTER TABLE mailing ADD CONSTRAINT {_NAME} CHECK (status IN ('draft', {_BEFORE})) NOT VALID")


def downgrade() -> None:
    """Take back, and delete the drafts."""
    op.execute("DELETE FROM mailing WHERE status = 'draft'")
    op.execute(f"ALTER TABLE mailing DROP CONSTRAINT {_NAME}")
    op.execute(f"ALTER TABLE mailing ADD CONSTRAINT {_NAME_BEFORE} CHECK (status IN ({_BEFORE}))")
