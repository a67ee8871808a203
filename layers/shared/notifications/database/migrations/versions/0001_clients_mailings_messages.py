"""Clients, mailings and messages: the first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "client",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("operator_code", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="client_pkey"),
        sa.UniqueConstraint("phone", name="client_phone_key"),
    )
    op.create_index("client_operator_code_id_idx", "client", ["operator_code", "id"])
    op.create_index("client_timezone_id_idx", "client", ["timezone", "id"])
    op.create_table(
        "mailing",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filter_tags", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("filter_operator_codes", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("window_start", sa.Time(), nullable=True),
        sa.Column("window_end", sa.Time(), nullable=True),
        sa.Column(
            "max_rate", sa.Integer(), nullable=True, comment="messages per second; null: no limit but the provider's"
        ),
        sa.Column("on_unknown", sa.Text(), server_default="resend", nullable=False),
        sa.Column("status", sa.Text(), server_default="scheduled", nullable=False),
        sa.Column(
            "plan_position", sa.BigInteger(), server_default="0", nullable=False, comment="the last client id planned"
        ),
        sa.Column(
            "plan_until",
            sa.BigInteger(),
            nullable=True,
            comment="the last client id of the audience; null before planning starts",
        ),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_slot_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "schedule_version",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="grows when due times must follow",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("on_unknown IN ('resend', 'hold')", name="mailing_on_unknown_check"),
        sa.CheckConstraint(
            "status IN ('scheduled', 'running', 'paused', 'finished', 'cancelled')", name="mailing_status_check"
        ),
        sa.CheckConstraint("(window_start IS NULL) = (window_end IS NULL)", name="mailing_window_check"),
        sa.CheckConstraint("starts_at < ends_at", name="mailing_period_check"),
        sa.PrimaryKeyConstraint("id", name="mailing_pkey"),
    )
    op.create_index(
        "mailing_starts_at_idx",
        "mailing",
        ["starts_at"],
        postgresql_where=sa.text("status IN ('scheduled', 'running')"),
    )
    op.create_table(
        "mailing_count",
        sa.Column("mailing_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), autoincrement=False, nullable=False, comment="spreads writers over rows"),
        sa.Column(
            "n",
            sa.BigInteger(),
            nullable=False,
            comment="may be negative in one shard; the sum over shards is the count",
        ),
        sa.PrimaryKeyConstraint("mailing_id", "status", "shard", name="mailing_count_pkey"),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("mailing_id", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "schedule_version", sa.Integer(), nullable=False, comment="the mailing's, when the due time was worked out"
        ),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "claim", sa.Integer(), server_default="0", nullable=False, comment="how often it was claimed: the fence"
        ),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'queued', 'sending', 'sent', 'failed', 'expired', 'cancelled', 'unknown')",
            name="message_status_check",
        ),
        sa.PrimaryKeyConstraint("id", name="message_pkey"),
        sa.UniqueConstraint("client_id", "mailing_id", name="message_client_id_mailing_id_key"),
    )
    op.create_index("message_mailing_id_id_idx", "message", ["mailing_id", "id"])
    op.create_index(
        "message_release_idx",
        "message",
        ["mailing_id", "closes_at", "due_at"],
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(
        "message_sweep_idx", "message", ["since"], postgresql_where=sa.text("status IN ('queued', 'sending')")
    )
    op.create_table(
        "report",
        sa.Column("day", sa.Text(), nullable=False, comment="the local day that is reported, YYYY-MM-DD"),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("day", name="report_pkey"),
    )
    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="the name as it is compared: without case"),
        sa.PrimaryKeyConstraint("id", name="tag_pkey"),
        sa.UniqueConstraint("key", name="tag_key_key"),
    )
    op.create_table(
        "client_tag",
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="client_tag_client_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name="client_tag_tag_id_fkey"),
        sa.PrimaryKeyConstraint("client_id", "tag_id", name="client_tag_pkey"),
    )
    op.create_index("client_tag_tag_id_client_id_idx", "client_tag", ["tag_id", "client_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("client_tag_tag_id_client_id_idx", table_name="client_tag")
    op.drop_table("client_tag")
    op.drop_table("tag")
    op.drop_table("report")
    op.drop_index(
        "message_sweep_idx", table_name="message", postgresql_where=sa.text("status IN ('queued', 'sending')")
    )
    op.drop_index("message_release_idx", table_name="message", postgresql_where=sa.text("status = 'pending'"))
    op.drop_index("message_mailing_id_id_idx", table_name="message")
    op.drop_table("message")
    op.drop_table("mailing_count")
    op.drop_index(
        "mailing_starts_at_idx", table_name="mailing", postgresql_where=sa.text("status IN ('scheduled', 'running')")
    )
    op.drop_table("mailing")
    op.drop_index("client_timezone_id_idx", table_name="client")
    op.drop_index("client_operator_code_id_idx", table_name="client")
    op.drop_table("client")
