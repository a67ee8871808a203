"""Migrates the database of DATABASE_URL in its own process: `python -m tests.integration.upgrade.migrate`."""

import os

from notifications.database import migrations, sessions
from notifications.database.engine import engine

if __name__ == "__main__":
    migrations.upgrade(engine(os.environ["DATABASE_URL"], sessions.MIGRATOR))
