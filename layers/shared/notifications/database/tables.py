"""The database's tables. Their history is in `migrations`, which a test holds equal to this page."""

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Time,
    UniqueConstraint,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from notifications.contracts.enumerations import BreakerState, MailingStatus, MessageStatus, OnUnknown, TrialStatus

# Beyond all messages, and within the integers that JSON carries unharmed.
FIRST_TRIAL_ID = 2**52

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)


def sql_list(members: Iterable[StrEnum]) -> str:
    """Write members of a vocabulary as an SQL list, such as `('resend', 'hold')`."""
    return f"({', '.join(f"'{member}'" for member in members)})"


def _one_of(column: str, vocabulary: type[StrEnum]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN {sql_list(vocabulary)}", name=column)


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def _moment(name: str, *, nullable: bool = False, default: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=func.now() if default else None)


def _json() -> JSONB:
    return JSONB(none_as_null=True)


client = Table(
    "client",
    metadata,
    _id(),
    Column("phone", Text, nullable=False, unique=True),
    Column("operator_code", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("attributes", JSONB, nullable=False, server_default="{}", comment="a flat object: what texts may use"),
    _moment("created_at", default=True),
    _moment("updated_at", default=True),
    Index(None, "operator_code", "id"),
    Index(None, "timezone", "id"),
    Index(None, "operator_code", "timezone"),
)

attribute = Table(
    "attribute",
    metadata,
    Column("name", Text, primary_key=True, comment="what some client has or had: what a text may use"),
)

tag = Table(
    "tag",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True, comment="the name as it is compared: without case"),
)

client_tag = Table(
    "client_tag",
    metadata,
    Column("client_id", ForeignKey("client.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
    Index(None, "tag_id", "client_id"),
)

mailing = Table(
    "mailing",
    metadata,
    _id(),
    Column("text", Text, nullable=False),
    _moment("starts_at"),
    _moment("ends_at"),
    Column("filter_tags", ARRAY(Text), nullable=False, server_default="{}"),
    Column("filter_operator_codes", ARRAY(Text), nullable=False, server_default="{}"),
    Column("window_start", Time),
    Column("window_end", Time),
    Column("max_rate", Integer, comment="messages per second; null: no limit but the provider's"),
    Column("on_unknown", Text, nullable=False, server_default=OnUnknown.RESEND),
    Column("status", Text, nullable=False, server_default=MailingStatus.SCHEDULED),
    Column("plan_position", BigInteger, nullable=False, server_default="0", comment="the last client id planned"),
    Column("plan_until", BigInteger, comment="the last client id of the audience; null before planning starts"),
    _moment("planned_at", nullable=True),
    _moment("next_slot_at", nullable=True),
    _moment("finished_at", nullable=True),
    _moment("deleted_at", nullable=True),
    Column("schedule_version", Integer, nullable=False, server_default="1", comment="grows when due times must follow"),
    Column("rescheduled_version", Integer, nullable=False, server_default="1", comment="all messages follow it"),
    Column("reschedule_position", BigInteger, nullable=False, server_default="0", comment="the last message id done"),
    _moment("created_at", default=True),
    _one_of("status", MailingStatus),
    _one_of("on_unknown", OnUnknown),
    CheckConstraint("starts_at < ends_at", name="period"),
    CheckConstraint("(window_start IS NULL) = (window_end IS NULL)", name="window"),
    Index(None, "starts_at", postgresql_where=text("status IN ('scheduled', 'running')")),
)

# Foreign keys are left out on purpose: rows come from one statement that reads both sides, a mailing is never
# deleted, and a client that is keeps its place in the account of the mailing (docs/decisions/0004-message-rows.md).
message = Table(
    "message",
    metadata,
    _id(),
    Column("mailing_id", BigInteger, nullable=False),
    Column("client_id", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    _moment("since", default=True),
    _moment("due_at", nullable=True),
    _moment("closes_at", nullable=True),
    Column("schedule_version", Integer, nullable=False, comment="the mailing's, when the due time was worked out"),
    _moment("lease_until", nullable=True),
    Column("claim", Integer, nullable=False, server_default="0", comment="how often it was claimed: the fence"),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    _moment("sent_at", nullable=True),
    Column("last_error", Text),
    Column(
        "last_error_code", Text, comment="notifications.contracts.reasons.Reason; null: none, or written by older code"
    ),
    Column("last_error_params", _json(), comment="what the code's phrase names, but somebody else's own words"),
    Column("timezone", Text, nullable=False, server_default="", comment="the client's when planned: for statistics"),
    Column("operator_code", Text, nullable=False, server_default="", comment="the same"),
    Column("in_doubt", Boolean, nullable=False, server_default=false(), comment="a call of unknown outcome was made"),
    _one_of("status", MessageStatus),
    UniqueConstraint("client_id", "mailing_id"),
    Index(None, "mailing_id", "id"),
    Index("message_release_idx", "mailing_id", "closes_at", "due_at", postgresql_where=text("status = 'pending'")),
    Index("message_sweep_idx", "since", postgresql_where=text("status IN ('queued', 'sending')")),
    Index(
        "message_ended_idx",
        "mailing_id",
        "status",
        "id",
        postgresql_where=text("status IN ('failed', 'expired', 'cancelled', 'unknown')"),
    ),
)

mailing_count = Table(
    "mailing_count",
    metadata,
    Column("mailing_id", BigInteger, primary_key=True, autoincrement=False),
    Column("status", Text, primary_key=True),
    Column("shard", SmallInteger, primary_key=True, autoincrement=False, comment="spreads writers over rows"),
    Column("n", BigInteger, nullable=False, comment="may be negative in one shard; the sum over shards is the count"),
)

# What has ended, by the UTC hour of its end; a message that is retried is taken out of its hour again.
mailing_hour = Table(
    "mailing_hour",
    metadata,
    Column("mailing_id", BigInteger, primary_key=True, autoincrement=False),
    Column("hour", DateTime(timezone=True), primary_key=True),
    Column("status", Text, primary_key=True),
    Column("delay", Integer, primary_key=True, autoincrement=False, comment="seconds: sent was less late"),
    Column("shard", SmallInteger, primary_key=True, autoincrement=False),
    Column("n", BigInteger, nullable=False),
    Index(None, "hour", "mailing_id"),
)

mailing_group = Table(
    "mailing_group",
    metadata,
    Column("mailing_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True, comment="timezone or operator_code"),
    Column("value", Text, primary_key=True),
    Column("status", Text, primary_key=True, comment="planned, or how it ended"),
    Column("shard", SmallInteger, primary_key=True, autoincrement=False),
    Column("n", BigInteger, nullable=False),
)

mailing_error = Table(
    "mailing_error",
    metadata,
    Column("mailing_id", BigInteger, primary_key=True, autoincrement=False),
    Column("error", Text, primary_key=True, comment="the last error of messages that were not sent, or not yet"),
    Column("shard", SmallInteger, primary_key=True, autoincrement=False),
    Column("n", BigInteger, nullable=False),
    Column("code", Text),
    Column("params", _json()),
)

mailing_pace = Table(
    "mailing_pace",
    metadata,
    Column("mailing_id", BigInteger, primary_key=True, autoincrement=False),
    Column("slot", SmallInteger, primary_key=True, autoincrement=False, comment="the minute, modulo those kept"),
    Column("shard", SmallInteger, primary_key=True, autoincrement=False),
    _moment("minute"),
    Column("n", BigInteger, nullable=False, comment="sent in that minute"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("claim", Integer, primary_key=True, autoincrement=False),
    _moment("at"),
    Column("duration_ms", Integer, comment="null: the worker died"),
    Column("calls", SmallInteger, nullable=False, comment="how often the provider was called, quick retries included"),
    Column("outcome", Text, nullable=False),
    Column("error", Text),
    Column("error_code", Text),
)

provider = Table(
    "provider",
    metadata,
    Column("name", Text, primary_key=True, comment="the provider in use: there is one row at most"),
    Column("state", Text, nullable=False),
    Column("run", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    _moment("counted_from", nullable=True),
    Column("pause", Interval, nullable=False),
    _moment("probe_at", nullable=True),
    Column("reason", Text),
    Column("reason_code", Text),
    Column("reason_params", _json()),
    Column("rate", Double, nullable=False, comment="messages a second, as of cut_at"),
    _moment("cut_at", nullable=True),
    _moment("hold_until", nullable=True),
    _moment("next_call_at", nullable=True),
    _moment("next_release_at", nullable=True),
    _one_of("state", BreakerState),
)

# Outside all mailings and counts. Its ids are told to the provider too, and must never be a message's.
trial = Table(
    "trial",
    metadata,
    Column("id", BigInteger, Identity(always=True, start=FIRST_TRIAL_ID), primary_key=True),
    Column("phone", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("status", Text, nullable=False, server_default=TrialStatus.PENDING),
    _moment("since"),
    _moment("created_at"),
    Column("error", Text),
    _one_of("status", TrialStatus),
    Index("trial_open_idx", "status", postgresql_where=text("status IN ('pending', 'queued', 'sending')")),
)

incident = Table(
    "incident",
    metadata,
    _id(),
    _moment("opened_at"),
    _moment("closed_at", nullable=True),
    Column("reason", Text),
    Column("reason_code", Text),
    Column("reason_params", _json()),
)

dead_letter = Table(
    "dead_letter",
    metadata,
    _id(),
    Column("record_id", Text, nullable=False, unique=True, comment="the queue's id, which a repeat has too"),
    Column("message_id", BigInteger, comment="null: the record could not be read"),
    Column("failed", Boolean, nullable=False, comment="whether the message was failed for it"),
    Column("body", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reason_code", Text),
    _moment("at"),
)

report = Table(
    "report",
    metadata,
    Column("day", Text, primary_key=True, comment="the local day that is reported, YYYY-MM-DD"),
    _moment("sent_at", default=True),
    Column("subject", Text, comment="null: mailed before it was kept"),
    Column("text", Text),
    Column("html", Text),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    _moment("at"),
    Column("actor", Text, nullable=False, comment="the sub of the caller's token"),
    Column("name", Text, nullable=False, comment="the caller's name, as the token gives it"),
    Column("role", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="client, tag or mailing"),
    Column("key", Text, nullable=False, comment="the phone, tag or id"),
    Column("before", _json()),
    Column("after", _json()),
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
    Column("answer", JSONB, comment="null only inside the transaction that works on it"),
    _moment("created_at"),
    Index(None, "created_at"),
)
