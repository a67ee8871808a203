"""People who must not be messaged: opt-outs, replies that make them, and people whose data was erased."""

from sqlalchemy import Column, Index, LargeBinary, SmallInteger, Table, Text, UniqueConstraint, text

from notifications.contracts.enumerations import OptOutScope, OptOutSource, ReplyEffect, ReplyKeyword
from notifications.database.tables.columns import id_column, metadata, moment, one_of

# By phone and not by client: an opt-out outlives its client.
opt_out = Table(
    "opt_out",
    metadata,
    Column("phone", Text, primary_key=True),
    Column("scope", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("reason", Text, comment="in the words of whoever recorded it"),
    moment("at"),
    one_of("scope", OptOutScope),
    one_of("source", OptOutSource),
    Index(None, "at", "phone"),
    Index("opt_out_phone_trigrams_idx", text("phone_trigrams(phone)"), postgresql_using="gin"),
)

# A call that is repeated has the same id. Retention removes replies as it removes messages.
reply = Table(
    "reply",
    metadata,
    id_column(),
    Column("provider", Text, nullable=False),
    Column("webhook_id", Text, nullable=False, comment="the provider's id of the call"),
    Column("position", SmallInteger, nullable=False, comment="of the reply in the call, from 0 on"),
    Column("phone", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("keyword", Text, comment="what the text asks for, by the words of the stack; null: nothing"),
    Column("effect", Text, nullable=False, comment="what followed"),
    moment("at", comment="the provider's time"),
    moment("received_at"),
    one_of("keyword", ReplyKeyword),
    one_of("effect", ReplyEffect),
    UniqueConstraint("provider", "webhook_id", "position"),
    Index(None, "phone", "at", "id"),
    Index(None, "at", "id"),
    Index(None, "received_at"),
)

# Phones of erased people are known by keyed hashes alone, so that every phone that comes in can be checked.
erased_phone = Table(
    "erased_phone",
    metadata,
    Column("phone_hash", LargeBinary, primary_key=True, comment="HMAC-SHA256 by the key of the stack"),
    moment("erased_at"),
)
