"""Retention: jobs that remove old rows, and what they have removed of a mailing."""

import sqlalchemy as sa
from alembic import op

from notifications.database.migrations import online

revision = "0031"
down_revision = "0030"

_BEFORE = "'retry', 'resolve', 'import', 'bulk', 'tag_deletion'"
_NAME = "job_kind_check"
_COLUMNS = {
    "messages_removed_at": "retention removed the first message; null: none",
    "attempts_removed_at": "retention last began to remove attempts; null: never",
    "texts_removed_at": "retention last began to remove texts as sent; null: never",
}
_TEXT_BEFORE = "as it is sent, with its placeholders filled in; null: the person was erased"
_TEXT = "as it is sent, with its placeholders filled in; null: removed by retention, or the person was erased"


def upgrade() -> None:
    """Apply."""
    online.create_index("direct_message_text_idx", "direct_message", ["message_id"], where="text IS NOT NULL")
    for name, comment in _COLUMNS.items():
        op.add_column("mailing", sa.Column(name, sa.DateTime(timezone=True), comment=comment))
    op.alter_column("direct_message", "text", comment=_TEXT, existing_comment=_TEXT_BEFORE)
    # Checked at once: the table has only the jobs of the last days.
    op.execute(f"ALTER TABLE job DROP CONSTRAINT {_NAME}")
    op.execute(f"ALTER TABLE job ADD CONSTRAINT {_NAME} CHECK (kind IN ({_BEFORE}, 'retention'))")


def downgrade() -> None:
    """Take back."""
    online.drop_index("direct_message_text_idx")
    op.execute("DELETE FROM job WHERE kind = 'retention'")
    op.execute(f"ALTER TABLE job DROP CONSTRAINT {_NAME}")
    op.execute(f"ALTER TABLE job ADD CONSTRAINT {_NAME} CHECK (kind IN ({_BEFORE}))")
    op.alter_column("direct_message", "text", comment=_TEXT_BEFORE, existing_comment=_TEXT)
    for name in reversed(_COLUMNS):
        op.drop_column("mailing", name)
