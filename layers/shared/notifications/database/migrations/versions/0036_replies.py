"""Replies of people, and what followed them."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "reply",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("webhook_id", sa.Text(), nullable=False, comment="the provider's id of the call"),
        sa.Column("position", sa.SmallInteger(), nullable=False, comment="of the reply in the call, from 0 on"),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("keyword", sa.Text(), comment="what the text asks for, by the words of the stack; null: nothing"),
        sa.Column("effect", sa.Text(), nullable=False, comment="what followed"),
        sa.Column("at", _MOMENT, nullable=False, comment="the provider's time"),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.CheckConstraint("keyword IN ('stop', 'start')", name="reply_keyword_check"),
        sa.CheckConstraint("effect IN ('opt_out', 'lifted', 'nothing')", name="reply_effect_check"),
        sa.PrimaryKeyConstraint("id", name="reply_pkey"),
        sa.UniqueConstraint("provider", "webhook_id", "position", name="reply_provider_webhook_id_position_key"),
    )
    op.create_index("reply_phone_at_id_idx", "reply", ["phone", "at", "id"])
    op.create_index("reply_at_id_idx", "reply", ["at", "id"])
    op.create_index("reply_received_at_idx", "reply", ["received_at"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("reply")
