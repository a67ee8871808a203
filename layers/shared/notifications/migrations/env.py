"""What Alembic runs for every command: the connection comes from the caller, in a transaction of its own."""

from alembic import context

from notifications.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
