"""Running counts of messages by mailing.

Triggers update all but `mailing_count` (migrations 0005, 0009, 0010, 0014, 0016, 0019).
"""

from sqlalchemy import BigInteger, Column, DateTime, Index, Integer, SmallInteger, Table, Text

from notifications.database.tables.columns import json_or_null, metadata, moment

mailing_count = Table(
    "mailing_count",
    metadata,
    Column("mailing_id", BigInteger, primary_key=True, autoincrement=False),
    Column("status", Text, primary_key=True),
    Column("shard", SmallInteger, primary_key=True, autoincrement=False, comment="spreads writers over rows"),
    Column("n", BigInteger, nullable=False, comment="may be negative in one shard; the sum over shards is the count"),
)

# Ended messages by the UTC hour of their end. A message that is retried is subtracted from its hour.
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
    Column("params", json_or_null()),
)

# Kinds of errors that have a count of their own. The errors of a mailing beyond the first hundred share one.
mailing_error_kind = Table(
    "mailing_error_kind",
    metadata,
    Column("mailing_id", BigInteger, primary_key=True, autoincrement=False),
    Column("error", Text, primary_key=True, comment="the error without digits and ids"),
)

mailing_pace = Table(
    "mailing_pace",
    metadata,
    Column("mailing_id", BigInteger, primary_key=True, autoincrement=False),
    Column("slot", SmallInteger, primary_key=True, autoincrement=False, comment="the minute, modulo those kept"),
    Column("shard", SmallInteger, primary_key=True, autoincrement=False),
    moment("minute"),
    Column("n", BigInteger, nullable=False, comment="sent in that minute"),
    moment("since", nullable=True, comment="the first send of the minute"),
)
