"""Replies of people, what followed them, and a kind of messages outside mailings that confirms opt-outs.

The table of messages outside mailings is short: its constraint and its index are made in a moment.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

_MOMENT = sa.DateTime(timezone=True)
_KIND, _KIND_BEFORE = "direct_message_kind_check", "direct_message_direct_message_kind_check_check"


def upgrade() -> None:
    """Create the table, and allow one confirmation a reply."""
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
    op.execute(f"ALTER TABLE direct_message DROP CONSTRAINT {_KIND_BEFORE}")
    op.execute(f"ALTER TABLE direct_message ADD CONSTRAINT {_KIND} CHECK (kind IN ('test', 'confirmation'))")
    op.add_column(
        "direct_message", sa.Column("reply_id", sa.BigInteger(), comment="the reply that it confirms; null: none")
    )
    op.create_index(
        "direct_message_reply_id_idx",
        "direct_message",
        ["reply_id"],
        unique=True,
        postgresql_where=sa.text("reply_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop the table. Confirmations become test sends, which the versions before know."""
    op.drop_column("direct_message", "reply_id")
    op.execute("UPDATE direct_message SET kind = 'test' WHERE kind = 'confirmation'")
    op.execute(f"ALTER TABLE direct_message DROP CONSTRAINT {_KIND}")
    op.execute(f"ALTER TABLE direct_message ADD CONSTRAINT {_KIND_BEFORE} CHECK (kind IN ('test'))")
    op.drop_table("reply")
