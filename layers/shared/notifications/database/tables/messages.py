"""Messages of mailings and outside mailings, and attempts to send them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from notifications.contracts.enumerations import UNSENT_STATUSES, Category, MessageKind, MessageStatus, OnUnknown
from notifications.database.tables.columns import id_column, json_or_null, metadata, moment, one_of, sql_list

# Greater than the ids of all messages of mailings, and exact in JSON (below 2**53).
FIRST_DIRECT_ID = 2**52

# Foreign keys are left out on purpose: rows come from one statement that reads both sides, a mailing is never
# deleted, and messages to a deleted client still count in it (docs/decisions/0004-message-rows.md).
message = Table(
    "message",
    metadata,
    id_column(),
    Column("mailing_id", BigInteger, comment="null: outside mailings, see direct_message"),
    Column("client_id", BigInteger, comment="null: outside mailings"),
    Column("status", Text, nullable=False),
    moment("since", default=True),
    moment("due_at", nullable=True),
    moment("closes_at", nullable=True),
    moment("sendable_at", nullable=True, comment="it is late from then on; null: from due_at on"),
    Column("schedule_version", Integer, nullable=False, comment="the mailing's, when the due time was worked out"),
    moment("lease_until", nullable=True),
    Column("claim", Integer, nullable=False, server_default="0", comment="how often it was claimed: the fence"),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    moment("sent_at", nullable=True),
    Column("last_error", Text),
    Column(
        "last_error_code", Text, comment="notifications.contracts.reasons.Reason; null: none, or written by older code"
    ),
    Column("last_error_params", json_or_null(), comment="what the code's phrase names, but somebody else's own words"),
    Column("timezone", Text, nullable=False, server_default="", comment="the client's when planned: for statistics"),
    Column("operator_code", Text, nullable=False, server_default="", comment="the same"),
    Column("in_doubt", Boolean, nullable=False, server_default=false(), comment="a call of unknown outcome was made"),
    Column(
        "is_proved",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="while a sender had it, a receipt proved that the provider had accepted it",
    ),
    Column("provider", Text, comment="of the last claim; null: never claimed, or by older code"),
    one_of("status", MessageStatus),
    UniqueConstraint("client_id", "mailing_id"),
    Index(None, "mailing_id", "id"),
    Index("message_release_idx", "mailing_id", "closes_at", "due_at", postgresql_where=text("status = 'pending'")),
    Index("message_sweep_idx", "since", postgresql_where=text("status IN ('queued', 'sending')")),
    Index(
        "message_unsent_idx",
        "mailing_id",
        "status",
        "id",
        postgresql_where=text(f"status IN {sql_list(UNSENT_STATUSES)}"),
    ),
)

# Columns that messages of mailings take from the mailing and the client. Ids are those of the messages.
direct_message = Table(
    "direct_message",
    metadata,
    Column("message_id", BigInteger, Identity(always=True, start=FIRST_DIRECT_ID), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("phone", Text, comment="null: the person was erased"),
    Column(
        "text",
        Text,
        comment="as it is sent, with its placeholders filled in; null: removed by retention, or the person was erased",
    ),
    Column("on_unknown", Text, nullable=False, server_default=OnUnknown.RESEND),
    Column("category", Text, nullable=False, server_default=Category.MARKETING),
    moment("ends_at"),
    moment("created_at"),
    one_of("kind", MessageKind),
    one_of("on_unknown", OnUnknown),
    one_of("category", Category),
    Index(None, "phone", "created_at", "message_id"),
    Index("direct_message_text_idx", "message_id", postgresql_where=text("text IS NOT NULL")),
)

# Texts of mailings' messages: no column of `message`, whose rows are copied with each change of status.
sent_text = Table(
    "sent_text",
    metadata,
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False, comment="as the provider accepted it, or may have accepted it"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("claim", Integer, primary_key=True, autoincrement=False),
    moment("at"),
    Column("duration_ms", Integer, comment="null: the worker died"),
    Column("calls", SmallInteger, nullable=False, comment="how often the provider was called, quick retries included"),
    Column("outcome", Text, nullable=False),
    Column("error", Text),
    Column("error_code", Text),
    Column("provider", Text, comment="null: written by older code"),
)
