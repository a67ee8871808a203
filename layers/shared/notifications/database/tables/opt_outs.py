"""People who must not be messaged: opt-outs, and people whose data was erased."""

from sqlalchemy import Column, Index, LargeBinary, Table, Text, text

from notifications.contracts.enumerations import OptOutScope, OptOutSource
from notifications.database.tables.columns import metadata, moment, one_of

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

# Phones of erased people are known by keyed hashes alone, so that every phone that comes in can be checked.
erased_phone = Table(
    "erased_phone",
    metadata,
    Column("phone_hash", LargeBinary, primary_key=True, comment="HMAC-SHA256 by the key of the stack"),
    moment("erased_at"),
)
