"""Erasure: keyed hashes of the phones whose data was erased, and messages outside mailings without phone and text."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

# Writers of phones share the lock of a hash until they commit, and an erasure takes it alone. The second statement sees
# what was committed while the first one waited. Locks are by the first byte: a file of 20,000 phones needs no more.
_ERASED_HASHES = """
    CREATE FUNCTION erased_hashes(hashes bytea[]) RETURNS SETOF bytea LANGUAGE plpgsql VOLATILE AS $$ BEGIN
        PERFORM pg_advisory_xact_lock_shared(30, first_byte)
        FROM (SELECT DISTINCT get_byte(hash, 0) AS first_byte FROM unnest(hashes) AS hash ORDER BY 1) AS ordered;
        RETURN QUERY SELECT phone_hash FROM erased_phone WHERE phone_hash = ANY(hashes);
    END $$
"""
_QUOTES_ANY = """
    CREATE FUNCTION quotes_any(words text, quoted text[]) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN EXISTS (SELECT FROM unnest(quoted) AS one WHERE position(lower(one) IN lower(words)) > 0)
"""


def upgrade() -> None:
    """Create the table and the functions. The catalog alone changes of messages outside mailings, no row."""
    op.create_table(
        "erased_phone",
        sa.Column("phone_hash", sa.LargeBinary(), nullable=False, comment="HMAC-SHA256 by the key of the stack"),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("phone_hash", name="erased_phone_pkey"),
    )
    op.execute(_ERASED_HASHES)
    op.execute(_QUOTES_ANY)
    op.alter_column(
        "direct_message", "phone", existing_type=sa.Text(), nullable=True, comment="null: the person was erased"
    )
    op.alter_column(
        "direct_message",
        "text",
        existing_type=sa.Text(),
        nullable=True,
        comment="as it is sent, with its placeholders filled in; null: the person was erased",
        existing_comment="as it is sent, with its placeholders filled in",
    )


def downgrade() -> None:
    """Drop the functions and the table: the phones of erased people are accepted again."""
    op.execute(
        """
        UPDATE direct_message SET phone = COALESCE(phone, ''), text = COALESCE(text, '')
        WHERE phone IS NULL OR text IS NULL
        """
    )
    for column in ("phone", "text"):
        op.alter_column("direct_message", column, existing_type=sa.Text(), nullable=False)
    op.execute("COMMENT ON COLUMN direct_message.phone IS NULL")
    op.execute("COMMENT ON COLUMN direct_message.text IS 'as it is sent, with its placeholders filled in'")
    op.execute("DROP FUNCTION quotes_any(text, text[])")
    op.execute("DROP FUNCTION erased_hashes(bytea[])")
    op.drop_table("erased_phone")
