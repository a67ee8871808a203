"""Validate the statuses of mailings, which 0012 left unchecked in existing rows."""

from notifications.database.migrations import online

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Apply."""
    online.validate_constraint("mailing", "mailing_status_check")


def downgrade() -> None:
    """Take back nothing: the constraint stays valid."""
