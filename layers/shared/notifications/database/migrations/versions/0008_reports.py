"""The daily reports as they were mailed."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Apply."""
    op.add_column("report", sa.Column("subject", sa.Text(), nullable=True, comment="null: mailed before it was kept"))
    op.add_column("report", sa.Column("text", sa.Text(), nullable=True))
    op.add_column("report", sa.Column("html", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("report", "html")
    op.drop_column("report", "text")
    op.drop_column("report", "subject")
