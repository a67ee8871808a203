"""Run by Alembic for every command: it gets a connection and the limits of the run from the caller."""

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
