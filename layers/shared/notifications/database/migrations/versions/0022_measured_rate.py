"""The rate limiter measures what the provider accepts.

The measurement has a table of its own: the version before reads `provider.*` by prepared statements, each of which
would end with "cached plan must not change result type" after a column was added.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "provider_rate",
        sa.Column("name", sa.Text, sa.ForeignKey("provider.name", ondelete="CASCADE"), primary_key=True),
        sa.Column("phase", sa.Text, nullable=False),
        _moment("measured_from"),
        sa.Column("accepted", sa.Integer, nullable=False),
        sa.Column("throttled", sa.Integer, nullable=False),
        _moment("probe_due_at"),
        sa.Column("good_rate", sa.Double, nullable=False),
        _moment("good_at"),
        sa.Column("share", sa.Double, nullable=False),
        sa.Column("share_rate", sa.Double, nullable=False),
        sa.Column("tolerated", sa.Double, nullable=False),
        _moment("tolerated_until"),
        sa.Column("growth", sa.Double, nullable=False),
        sa.Column("noise", sa.Double, nullable=False),
        sa.Column("is_confirmed", sa.Boolean, nullable=False),
        sa.CheckConstraint("phase IN ('free', 'growing', 'holding', 'probing')", name="provider_rate_phase_check"),
    )


def downgrade() -> None:
    """Drop the table."""
    # The version before computes the rate from the last cut: without one there is no limit.
    op.execute("UPDATE provider SET rate = 1000, cut_at = NULL")
    op.drop_table("provider_rate")


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True))
