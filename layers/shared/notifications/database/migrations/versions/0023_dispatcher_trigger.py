"""Changes share an invocation of the dispatcher, and one run waits for messages under way."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "dispatcher_trigger",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, server_default="1", nullable=False),
        sa.Column(
            "pending_until",
            sa.DateTime(timezone=True),
            comment="a change has invoked the dispatcher, and counts on it until then; null: none, or it has begun",
        ),
        sa.Column("waiting_run", sa.Text(), comment="id of the run that waits for messages under way"),
        sa.Column("waits_until", sa.DateTime(timezone=True), comment="when that run counts as dead"),
        sa.CheckConstraint("id = 1", name=op.f("dispatcher_trigger_one_row_check")),
        sa.PrimaryKeyConstraint("id", name="dispatcher_trigger_pkey"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("dispatcher_trigger")
