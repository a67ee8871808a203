"""Coordination of the dispatcher's runs."""

from sqlalchemy import CheckConstraint, Column, SmallInteger, Table, Text

from notifications.database.tables.columns import metadata, moment

dispatcher_trigger = Table(
    "dispatcher_trigger",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False, server_default="1"),
    moment(
        "pending_until",
        nullable=True,
        comment="a change has invoked the dispatcher, and counts on it until then; null: none, or it has begun",
    ),
    Column("waiting_run", Text, comment="id of the run that waits for messages under way"),
    moment("waits_until", nullable=True, comment="when that run counts as dead"),
    CheckConstraint("id = 1", name="one_row"),
)
