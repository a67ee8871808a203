"""Clients, their tags and attributes."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from notifications.database.tables.columns import id_column, metadata, moment

client = Table(
    "client",
    metadata,
    id_column(),
    Column("phone", Text, nullable=False, unique=True),
    Column("operator_code", Text),
    Column("timezone", Text, nullable=False),
    Column("attributes", JSONB, nullable=False, server_default="{}", comment="a flat object: what texts may use"),
    moment("consent_at", nullable=True, comment="consent to marketing was given; null: it was not"),
    Column("consent_source", Text, comment="how the consent was given, such as the name of a form"),
    moment("created_at", default=True),
    moment("updated_at", default=True),
    Index(None, "operator_code", "id"),
    Index(None, "timezone", "id"),
    Index(None, "updated_at", "id"),
    Index(None, "operator_code", "timezone"),
    Index("client_phone_trigrams_idx", text("phone_trigrams(phone)"), postgresql_using="gin"),
)

client_default_timezone = Table(
    "client_default_timezone",
    metadata,
    Column("client_id", ForeignKey("client.id", ondelete="CASCADE"), primary_key=True),
    comment="clients whose time zone is the parameter DefaultTimezone, since none was given",
)

# A trigger writes the rows. They lead from a phone to the messages of its deleted clients.
former_client = Table(
    "former_client",
    metadata,
    Column("phone", Text, primary_key=True),
    Column("client_id", BigInteger, primary_key=True, autoincrement=False, comment="of a deleted client with messages"),
)

attribute = Table(
    "attribute",
    metadata,
    Column("name", Text, primary_key=True, comment="what some client has or had: what a text may use"),
    Column("types", ARRAY(Text), nullable=False, server_default="{}", comment="JSON types of its values"),
    moment("unused_since", nullable=True, comment="the last scan found no client with it; null: in use"),
)

attribute_scan = Table(
    "attribute_scan",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False, server_default="1"),
    moment("begins_at", comment="start of the running scan, or of the next one"),
    Column("position", BigInteger, nullable=False, server_default="0", comment="the last client id scanned"),
    Column("found", JSONB, nullable=False, server_default="{}", comment="types by name, as found so far"),
    CheckConstraint("id = 1", name="one_row"),
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
