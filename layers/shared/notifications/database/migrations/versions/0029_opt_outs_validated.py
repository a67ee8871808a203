"""Validate the constraints that 0028 left unchecked in existing rows."""

from notifications.database.migrations import online

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Validate."""
    online.validate_constraint("message", "message_status_check")
    online.validate_constraint("mailing", "mailing_category_check")
    online.validate_constraint("direct_message", "direct_message_category_check")


def downgrade() -> None:
    """Change nothing: the constraints stay valid."""
