"""What the REST API needs: personal attributes, the audit log, idempotency keys, indexes for its lists."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "client",
        sa.Column(
            "attributes", JSONB(), server_default="{}", nullable=False, comment="a flat object: what texts may use"
        ),
    )
    op.create_index("client_operator_code_timezone_idx", "client", ["operator_code", "timezone"])
    op.create_table(
        "attribute",
        sa.Column("name", sa.Text(), nullable=False, comment="what some client has or had: what a text may use"),
        sa.PrimaryKeyConstraint("name", name="attribute_pkey"),
    )
    op.create_index(
        "message_ended_idx",
        "message",
        ["mailing_id", "status", "id"],
        postgresql_where=sa.text("status IN ('failed', 'expired', 'cancelled', 'unknown')"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False, comment="the sub of the caller's token"),
        sa.Column("name", sa.Text(), nullable=False, comment="the caller's name, as the token gives it"),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="client, tag or mailing"),
        sa.Column("key", sa.Text(), nullable=False, comment="the phone, tag or id"),
        sa.Column("before", JSONB(), nullable=True),
        sa.Column("after", JSONB(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="audit_pkey"),
    )
    op.create_index("audit_kind_key_id_idx", "audit", ["kind", "key", "id"])
    op.create_index("audit_actor_id_idx", "audit", ["actor", "id"])
    op.create_index("audit_name_id_idx", "audit", ["name", "id"])
    op.create_index("audit_at_idx", "audit", ["at"])
    op.create_table(
        "idempotency",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False, comment="method and path"),
        sa.Column("key", sa.Text(), nullable=False, comment="the header Idempotency-Key"),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("answer", JSONB(), nullable=True, comment="null only inside the transaction that works on it"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", "call", "key", name="idempotency_pkey"),
    )
    op.create_index("idempotency_created_at_idx", "idempotency", ["created_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("idempotency")
    op.drop_table("audit")
    op.drop_index(
        "message_ended_idx",
        table_name="message",
        postgresql_where=sa.text("status IN ('failed', 'expired', 'cancelled', 'unknown')"),
    )
    op.drop_table("attribute")
    op.drop_index("client_operator_code_timezone_idx", table_name="client")
    op.drop_column("client", "attributes")
