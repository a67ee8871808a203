"""Imports of files of any size, their rows on the way to the client table, and the rows that were not stored."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from notifications.database.tables.columns import id_column, json_or_null, metadata, moment

client_import = Table(
    "client_import",
    metadata,
    id_column(),
    Column("job_id", ForeignKey("job.id", ondelete="CASCADE"), unique=True, comment="null: not started"),
    Column("upload_key", Text, nullable=False, unique=True, comment="key of the uploaded object"),
    Column("dry_run", Boolean, nullable=False, comment="only counts, and stores no client"),
    Column("country", Text, comment="country whose national writing of phones is accepted as well"),
    Column("name", Text, nullable=False, comment="the author's name, as the token gives it"),
    moment("created_at"),
    Index(None, "created_at"),
)

# Unlogged: a crash of the server empties it, and the rows are read from the file again.
import_row = Table(
    "import_row",
    metadata,
    Column("import_id", BigInteger, nullable=False),
    Column("line", Integer, nullable=False, comment="line of the file on which the row begins"),
    Column("phone", Text(collation="C"), nullable=False),
    Column("operator_code", Text, comment="null: not given"),
    Column("phone_code", Text, comment="the operator code in the phone, for a new client"),
    Column("timezone", Text, nullable=False),
    Column("has_default_timezone", Boolean, nullable=False, comment="none was given"),
    Column("tags", Text, nullable=False, comment="names, separated by |"),
    Column("attributes", JSONB, nullable=False),
    moment("consent_at", nullable=True),
    Column("consent_source", Text),
    PrimaryKeyConstraint("import_id", "phone", "line"),
    prefixes=["UNLOGGED"],
)

import_refusal = Table(
    "import_refusal",
    metadata,
    Column("import_id", ForeignKey("client_import.id", ondelete="CASCADE"), nullable=False),
    Column("line", Integer, nullable=False, comment="line of the file on which the row begins"),
    Column("field", Text, nullable=False),
    Column("code", Text, nullable=False, comment="notifications.contracts.problem_codes.ProblemCode"),
    Column("params", json_or_null(), nullable=False),
    PrimaryKeyConstraint("import_id", "line"),
)
