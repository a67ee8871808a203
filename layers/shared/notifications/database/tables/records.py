"""Records of what happened: audit log, answers by idempotency key, dead letters, daily reports."""

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from notifications.database.tables.columns import id_column, json_or_null, metadata, moment

dead_letter = Table(
    "dead_letter",
    metadata,
    id_column(),
    Column("record_id", Text, nullable=False, unique=True, comment="the queue's id, which a repeat has too"),
    Column("message_id", BigInteger, comment="null: the record could not be read"),
    Column("failed", Boolean, nullable=False, comment="whether the message was failed for it"),
    Column("body", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reason_code", Text),
    moment("at"),
)

report = Table(
    "report",
    metadata,
    Column("day", Text, primary_key=True, comment="the local day that is reported, YYYY-MM-DD"),
    moment("sent_at", default=True),
    Column("subject", Text, comment="null: mailed before it was kept"),
    Column("text", Text),
    Column("html", Text),
)

audit = Table(
    "audit",
    metadata,
    id_column(),
    moment("at"),
    Column("actor", Text, nullable=False, comment="the sub of the caller's token"),
    Column("name", Text, nullable=False, comment="the caller's name, as the token gives it"),
    Column("role", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="client, tag, mailing or test_send"),
    Column("key", Text, nullable=False, comment="the phone, tag or id"),
    Column("before", json_or_null()),
    Column("after", json_or_null()),
    Column("request_id", Text, nullable=False),
    Index(None, "kind", "key", "id"),
    Index(None, "actor", "id"),
    Index(None, "name", "id"),
    Index(None, "at"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("caller", Text, primary_key=True),
    Column("call", Text, primary_key=True, comment="method and path"),
    Column("key", Text, primary_key=True, comment="the header Idempotency-Key"),
    Column("request_hash", LargeBinary, nullable=False),
    Column("answer", JSONB, comment="null until the call has ended"),
    moment("created_at"),
    Index(None, "created_at"),
)
