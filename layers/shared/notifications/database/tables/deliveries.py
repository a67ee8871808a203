"""Deliveries as receipts report them, their counts, and receipts of messages that are not known yet."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, SmallInteger, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from notifications.contracts.enumerations import Delivery, DeliveryGroup
from notifications.database.tables.columns import id_column, json_or_null, metadata, moment, one_of

# No column of `message`: triggers count each change of its rows, and receipts come after the mailing.
delivery = Table(
    "delivery",
    metadata,
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("mailing_id", BigInteger, comment="null: outside mailings"),
    Column("provider", Text, nullable=False, comment="name of the provider that sent the receipt"),
    Column("operator_code", Text, nullable=False, comment="the message's"),
    Column("state", Text, comment="the worst of its parts; null: a part has no receipt yet"),
    Column("is_accepted", Boolean, nullable=False, comment="a receipt has proved that the provider took the message"),
    Column(
        "parts", JSONB, nullable=False, comment="by number of the part: state, and the provider's time, code, words"
    ),
    Column("part_count", SmallInteger, nullable=False),
    Column("code", Text, comment="the provider's code of the worst part"),
    Column("words", Text, comment="the provider's words for it"),
    moment("at", comment="the provider's time of the last receipt that changed the state"),
    moment("hour", comment="the UTC hour in which it was sent: for counts"),
    one_of("state", Delivery),
    Index(None, "mailing_id", "state", "message_id"),
)

mailing_delivery = Table(
    "mailing_delivery",
    metadata,
    Column("mailing_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True, comment="of the kind; an hour as RFC 3339 in UTC"),
    Column("state", Text, primary_key=True),
    Column("shard", SmallInteger, primary_key=True, autoincrement=False),
    Column("n", BigInteger, nullable=False),
    one_of("kind", DeliveryGroup),
)

# Counts of all messages, for the days that the alarm on operators compares.
operator_delivery = Table(
    "operator_delivery",
    metadata,
    Column("hour", DateTime(timezone=True), primary_key=True, comment="the UTC hour in which they were sent"),
    Column("operator_code", Text, primary_key=True),
    Column("state", Text, primary_key=True),
    Column("shard", SmallInteger, primary_key=True, autoincrement=False),
    Column("n", BigInteger, nullable=False),
)

# A receipt can overtake what makes its message known. It is applied again for a day.
early_receipt = Table(
    "early_receipt",
    metadata,
    id_column(),
    Column("provider", Text, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("receipt", json_or_null(), nullable=False),
    moment("received_at"),
    UniqueConstraint("provider", "message_id", "receipt"),
    Index(None, "received_at"),
)

# One row for each mailing that was checked for messages without receipts; 0 stands for messages outside mailings.
receipt_check = Table(
    "receipt_check",
    metadata,
    Column("mailing_id", BigInteger, primary_key=True, autoincrement=False),
    moment("finished_at", nullable=True, comment="the mailing's end after which it is checked"),
    Column("position", BigInteger, nullable=False, comment="the last message id checked"),
    Column("is_complete", Boolean, nullable=False),
)
