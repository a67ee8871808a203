"""Mailings."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Interval,
    Table,
    Text,
    Time,
    false,
    text,
)

from notifications.contracts.enumerations import Category, MailingStatus, OnUnknown
from notifications.database.tables.columns import id_column, metadata, moment, one_of

mailing = Table(
    "mailing",
    metadata,
    id_column(),
    Column("text", Text, nullable=False),
    moment("starts_at"),
    moment("ends_at"),
    Column("filter_tags", ARRAY(Text), nullable=False, server_default="{}"),
    Column("filter_operator_codes", ARRAY(Text), nullable=False, server_default="{}"),
    Column("window_start", Time),
    Column("window_end", Time),
    Column("max_rate", Integer, comment="messages per second; null: no limit but the provider's"),
    Column("on_unknown", Text, nullable=False, server_default=OnUnknown.RESEND),
    Column("category", Text, nullable=False, server_default=Category.MARKETING),
    Column("status", Text, nullable=False, server_default=MailingStatus.SCHEDULED),
    Column("plan_position", BigInteger, nullable=False, server_default="0", comment="the last client id planned"),
    Column("plan_until", BigInteger, comment="the last client id of the audience; null before planning starts"),
    moment("planned_at", nullable=True),
    moment("next_slot_at", nullable=True),
    moment("paused_at", nullable=True, comment="the last pause began"),
    Column("rate_lag", Interval, comment="how far sending is behind max_rate; null: never measured"),
    moment("finished_at", nullable=True),
    Column("settled", Boolean, nullable=False, server_default=false(), comment="cancelled, and no message is open"),
    moment("deleted_at", nullable=True),
    moment("messages_removed_at", nullable=True, comment="retention removed the first message; null: none"),
    moment("attempts_removed_at", nullable=True, comment="retention last began to remove attempts; null: never"),
    moment("texts_removed_at", nullable=True, comment="retention last began to remove texts as sent; null: never"),
    Column("schedule_version", Integer, nullable=False, server_default="1", comment="grows when due times must follow"),
    Column("rescheduled_version", Integer, nullable=False, server_default="1", comment="all messages follow it"),
    Column("reschedule_position", BigInteger, nullable=False, server_default="0", comment="the last message id done"),
    moment("created_at", default=True),
    one_of("status", MailingStatus),
    one_of("on_unknown", OnUnknown),
    one_of("category", Category),
    CheckConstraint("starts_at < ends_at", name="period"),
    CheckConstraint("(window_start IS NULL) = (window_end IS NULL)", name="window"),
    Index(None, "starts_at", postgresql_where=text("status IN ('scheduled', 'running')")),
    Index(None, "status", "id"),
    Index(None, "finished_at", postgresql_where=text("finished_at IS NOT NULL")),
    Index("mailing_unsettled_idx", "id", postgresql_where=text("status = 'cancelled' AND NOT settled")),
)

# A row of its own, since senders lock it with each claim, and the dispatcher and the API lock the mailing.
mailing_rate = Table(
    "mailing_rate",
    metadata,
    Column("mailing_id", BigInteger, primary_key=True, autoincrement=False),
    moment("next_call_at"),
)
