"""Deliveries as receipts report them, and their counts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0034"
down_revision = "0033"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables and the column."""
    op.execute("ALTER TABLE message ADD COLUMN is_proved boolean NOT NULL DEFAULT false")
    op.execute(
        "COMMENT ON COLUMN message.is_proved IS "
        "'while a sender had it, a receipt proved that the provider had accepted it'"
    )
    op.create_table(
        "delivery",
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mailing_id", sa.BigInteger(), comment="null: outside mailings"),
        sa.Column("provider", sa.Text(), nullable=False, comment="name of the provider that sent the receipt"),
        sa.Column("operator_code", sa.Text(), nullable=False, comment="the message's"),
        sa.Column("state", sa.Text(), comment="the worst of its parts; null: a part has no receipt yet"),
        sa.Column(
            "is_accepted",
            sa.Boolean(),
            nullable=False,
            comment="a receipt has proved that the provider took the message",
        ),
        sa.Column(
            "parts",
            JSONB(),
            nullable=False,
            comment="by number of the part: state, and the provider's time, code, words",
        ),
        sa.Column("part_count", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.Text(), comment="the provider's code of the worst part"),
        sa.Column("words", sa.Text(), comment="the provider's words for it"),
        sa.Column(
            "at", _MOMENT, nullable=False, comment="the provider's time of the last receipt that changed the state"
        ),
        sa.Column("hour", _MOMENT, nullable=False, comment="the UTC hour in which it was sent: for counts"),
        sa.CheckConstraint(
            "state IN ('unconfirmed', 'delayed', 'undeliverable', 'delivered')", name="delivery_state_check"
        ),
        sa.PrimaryKeyConstraint("message_id", name="delivery_pkey"),
    )
    op.create_index("delivery_mailing_id_state_message_id_idx", "delivery", ["mailing_id", "state", "message_id"])
    op.create_table(
        "mailing_delivery",
        sa.Column("mailing_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False, comment="of the kind; an hour as RFC 3339 in UTC"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('mailing', 'operator_code', 'provider', 'hour')", name="mailing_delivery_kind_check"
        ),
        sa.PrimaryKeyConstraint("mailing_id", "kind", "value", "state", "shard", name="mailing_delivery_pkey"),
    )
    op.create_table(
        "early_receipt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("receipt", JSONB(), nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="early_receipt_pkey"),
        sa.UniqueConstraint("provider", "message_id", "receipt", name="early_receipt_provider_message_id_receipt_key"),
    )
    op.create_index("early_receipt_received_at_idx", "early_receipt", ["received_at"])


def downgrade() -> None:
    """Drop the tables and the column."""
    op.drop_column("message", "is_proved")
    op.drop_table("early_receipt")
    op.drop_table("mailing_delivery")
    op.drop_table("delivery")
