"""People whose data was erased."""

from sqlalchemy import Column, LargeBinary, Table

from notifications.database.tables.columns import metadata, moment

# Their phones are known by keyed hashes alone, so that every phone that comes in can be checked.
erased_phone = Table(
    "erased_phone",
    metadata,
    Column("phone_hash", LargeBinary, primary_key=True, comment="HMAC-SHA256 by the key of the stack"),
    moment("erased_at"),
)
