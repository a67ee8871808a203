"""People who must not be messaged."""

from sqlalchemy import Column, Index, Table, Text, text

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
