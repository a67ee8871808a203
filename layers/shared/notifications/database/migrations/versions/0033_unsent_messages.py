"""An index of all messages that have ended without being sent, in place of the one that lacks suppressed ones."""

from notifications.database.migrations import online

revision = "0033"
down_revision = "0032"

_COLUMNS = ["mailing_id", "status", "id"]
_BEFORE = "'failed', 'expired', 'cancelled', 'unknown'"


def upgrade() -> None:
    """Create the new index, then drop the old one."""
    online.create_index("message_unsent_idx", "message", _COLUMNS, where=f"status IN ({_BEFORE}, 'suppressed')")
    online.drop_index("message_ended_idx")


def downgrade() -> None:
    """Create the old index, then drop the new one."""
    online.create_index("message_ended_idx", "message", _COLUMNS, where=f"status IN ({_BEFORE})")
    online.drop_index("message_unsent_idx")
