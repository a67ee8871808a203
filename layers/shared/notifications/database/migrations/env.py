"""Alembic environment of every command, with the connection and the limits that the caller provides."""

from alembic import context

from notifications.database.migrations.online import forget_positions
from notifications.database.tables import metadata

if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True)
else:
    context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.execute(context.config.attributes["run"].limits())
    context.run_migrations()
    forget_positions()
