"""The rate limiter measures what the provider accepts."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

_PHASES = "phase IN ('free', 'growing', 'holding', 'probing')"


def upgrade() -> None:
    """Add the columns."""
    for column in (
        sa.Column("phase", sa.Text, nullable=False, server_default="free"),
        _moment("measured_from"),
        sa.Column("accepted", sa.Integer, nullable=False, server_default="0"),
        sa.Column("throttled", sa.Integer, nullable=False, server_default="0"),
        _moment("probe_due_at"),
        sa.Column("good_rate", sa.Double, nullable=False, server_default="1000"),
        _moment("good_at"),
        sa.Column("share", sa.Double, nullable=False, server_default="0"),
        sa.Column("share_rate", sa.Double, nullable=False, server_default="1000"),
        sa.Column("tolerated", sa.Double, nullable=False, server_default="0"),
        _moment("tolerated_until"),
        sa.Column("growth", sa.Double, nullable=False, server_default="0"),
        sa.Column("noise", sa.Double, nullable=False, server_default="0"),
        sa.Column("is_confirmed", sa.Boolean, nullable=False, server_default=sa.false()),
    ):
        op.add_column("provider", column)
    # The table has one row.
    op.create_check_constraint("provider_phase_check", "provider", _PHASES)


def downgrade() -> None:
    """Drop the columns."""
    # The version before computes the rate from the last cut: without one there is no limit.
    op.execute("UPDATE provider SET rate = 1000, cut_at = NULL")
    op.drop_constraint("provider_phase_check", "provider", type_="check")
    for name in (
        "is_confirmed",
        "noise",
        "growth",
        "tolerated_until",
        "tolerated",
        "share_rate",
        "share",
        "good_at",
        "good_rate",
        "probe_due_at",
        "throttled",
        "accepted",
        "measured_from",
        "phase",
    ):
        op.drop_column("provider", name)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True))
