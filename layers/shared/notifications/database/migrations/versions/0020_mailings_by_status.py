"""Mailings by status, so that a tick does not read those that are over."""

from notifications.database.migrations import online

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Apply."""
    online.create_index("mailing_status_id_idx", "mailing", ["status", "id"])
    online.create_index("mailing_unsettled_idx", "mailing", ["id"], where="status = 'cancelled' AND NOT settled")


def downgrade() -> None:
    """Take back."""
    online.drop_index("mailing_unsettled_idx")
    online.drop_index("mailing_status_id_idx")
