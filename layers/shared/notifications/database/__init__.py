"""PostgreSQL: engine, tables, migrations, paging, idempotency."""
