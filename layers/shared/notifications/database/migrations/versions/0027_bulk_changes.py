"""Jobs that change many clients, and clients by the time of their last change."""

from alembic import op

from notifications.database.migrations import online

revision = "0027"
down_revision = "0026"

_BEFORE = "'retry', 'resolve', 'import'"
_NAME = "job_kind_check"


def upgrade() -> None:
    """Apply."""
    online.create_index("client_updated_at_id_idx", "client", ["updated_at", "id"])
    # Checked at once: the table has only the jobs of the last days.
    op.execute(f"ALTER TABLE job DROP CONSTRAINT {_NAME}")
    op.execute(f"ALTER TABLE job ADD CONSTRAINT {_NAME} CHECK (kind IN ({_BEFORE}, 'bulk', 'tag_deletion'))")


def downgrade() -> None:
    """Take back, and delete the jobs of the new kinds."""
    online.drop_index("client_updated_at_id_idx")
    op.execute(f"DELETE FROM job WHERE kind NOT IN ({_BEFORE})")
    op.execute(f"ALTER TABLE job DROP CONSTRAINT {_NAME}")
    op.execute(f"ALTER TABLE job ADD CONSTRAINT {_NAME} CHECK (kind IN ({_BEFORE}))")
