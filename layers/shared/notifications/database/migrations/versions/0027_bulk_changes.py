"""Clients by the time of their last change."""

from notifications.database.migrations import online

revision = "0027"
down_revision = "0023"


def upgrade() -> None:
    """Apply."""
    online.create_index("client_updated_at_id_idx", "client", ["updated_at", "id"])


def downgrade() -> None:
    """Take back."""
    online.drop_index("client_updated_at_id_idx")
