"""Imports of files of any size."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0026"
down_revision = "0025"

_KINDS = "'retry', 'resolve'"
# The name that 0019 gave it.
_NAME_BEFORE, _NAME = "job_job_kind_check_check", "job_kind_check"


def upgrade() -> None:
    """Create the tables, and let jobs be imports."""
    # The table of jobs is short: the check reads it at once.
    op.execute(f"ALTER TABLE job DROP CONSTRAINT {_NAME_BEFORE}")
    op.execute(f"ALTER TABLE job ADD CONSTRAINT {_NAME} CHECK (kind IN ({_KINDS}, 'import'))")
    op.create_table(
        "client_import",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("job_id", sa.BigInteger(), comment="null: not started"),
        sa.Column("upload_key", sa.Text(), nullable=False, comment="key of the uploaded object"),
        sa.Column("dry_run", sa.Boolean(), nullable=False, comment="only counts, and stores no client"),
        sa.Column("country", sa.Text(), comment="country whose national writing of phones is accepted as well"),
        sa.Column("name", sa.Text(), nullable=False, comment="the author's name, as the token gives it"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="client_import_job_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="client_import_pkey"),
        sa.UniqueConstraint("job_id", name="client_import_job_id_key"),
        sa.UniqueConstraint("upload_key", name="client_import_upload_key_key"),
    )
    op.create_index("client_import_created_at_idx", "client_import", ["created_at"])
    op.create_table(
        "import_row",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False, comment="line of the file on which the row begins"),
        sa.Column("phone", sa.Text(collation="C"), nullable=False),
        sa.Column("operator_code", sa.Text(), comment="null: not given"),
        sa.Column("phone_code", sa.Text(), comment="the operator code in the phone, for a new client"),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("has_default_timezone", sa.Boolean(), nullable=False, comment="none was given"),
        sa.Column("tags", sa.Text(), nullable=False, comment="names, separated by |"),
        sa.Column("attributes", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "phone", "line", name="import_row_pkey"),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "import_refusal",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False, comment="line of the file on which the row begins"),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="notifications.contracts.problem_codes.ProblemCode"),
        sa.Column("params", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["client_import.id"], name="import_refusal_import_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name="import_refusal_pkey"),
    )


def downgrade() -> None:
    """Drop the tables, and forget the imports among the jobs."""
    op.drop_table("import_refusal")
    op.drop_table("import_row")
    op.drop_table("client_import")
    op.execute("DELETE FROM job WHERE kind = 'import'")
    op.execute(f"ALTER TABLE job DROP CONSTRAINT {_NAME}")
    op.execute(f"ALTER TABLE job ADD CONSTRAINT {_NAME_BEFORE} CHECK (kind IN ({_KINDS}))")
