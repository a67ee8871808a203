"""What Alembic runs for every command: the connection comes from the caller, in a transaction of its own."""

from alembic import context

from notifications.database.tables import metadata

if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True)
else:
    context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
# A migration that cannot have its lock would keep everybody waiting behind it, so it fails; and so does one that would
# outlast the invocation that runs it, which could not tell of its failure.
context.execute("SET LOCAL lock_timeout = '10s'")
context.execute("SET LOCAL statement_timeout = '240s'")
context.run_migrations()
