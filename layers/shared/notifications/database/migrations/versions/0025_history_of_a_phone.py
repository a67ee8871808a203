"""The history of a phone: texts as sent, clients that had it before, messages outside mailings in the order of time."""

import sqlalchemy as sa
from alembic import op

from notifications.database.migrations import online

revision = "0025"
down_revision = "0024"

_FUNCTION = """
    CREATE FUNCTION keep_former_clients() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO former_client (phone, client_id)
        SELECT phone, id FROM deleted WHERE EXISTS (SELECT FROM message WHERE message.client_id = deleted.id);
        RETURN NULL;
    END $$
"""
_TRIGGER = """
    CREATE TRIGGER client_deleted AFTER DELETE ON client REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT EXECUTE FUNCTION keep_former_clients()
"""


def upgrade() -> None:
    """Create the index, the tables and the trigger."""
    online.create_index(
        "direct_message_phone_created_at_message_id_idx", "direct_message", ["phone", "created_at", "message_id"]
    )
    op.create_table(
        "sent_text",
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False, comment="as the provider accepted it, or may have accepted it"),
        sa.PrimaryKeyConstraint("message_id", name="sent_text_pkey"),
    )
    op.create_table(
        "former_client",
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column(
            "client_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="of a deleted client with messages",
        ),
        sa.PrimaryKeyConstraint("phone", "client_id", name="former_client_pkey"),
    )
    op.execute(_FUNCTION)
    op.execute(_TRIGGER)


def downgrade() -> None:
    """Drop the trigger, the tables and the index."""
    online.drop_index("direct_message_phone_created_at_message_id_idx")
    op.execute("DROP TRIGGER client_deleted ON client")
    op.execute("DROP FUNCTION keep_former_clients()")
    op.drop_table("former_client")
    op.drop_table("sent_text")
