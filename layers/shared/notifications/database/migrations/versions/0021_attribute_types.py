"""Names of attributes have the types of their values, and a scan of all clients marks the unused ones."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "attribute_scan",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, server_default="1", nullable=False),
        sa.Column(
            "begins_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="start of the running scan, or of the next one",
        ),
        sa.Column(
            "position", sa.BigInteger(), server_default="0", nullable=False, comment="the last client id scanned"
        ),
        sa.Column("found", JSONB(), server_default="{}", nullable=False, comment="types by name, as found so far"),
        sa.CheckConstraint("id = 1", name=op.f("attribute_scan_one_row_check")),
        sa.PrimaryKeyConstraint("id", name="attribute_scan_pkey"),
    )
    op.add_column(
        "attribute",
        sa.Column(
            "types", sa.ARRAY(sa.Text()), server_default="{}", nullable=False, comment="JSON types of its values"
        ),
    )
    op.add_column(
        "attribute",
        sa.Column(
            "unused_since",
            sa.DateTime(timezone=True),
            comment="the last scan found no client with it; null: in use",
        ),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("attribute", "unused_since")
    op.drop_column("attribute", "types")
    op.drop_table("attribute_scan")
