"""The migrator's part in a process of its own: `python -m … ` upgrades DATABASE_URL."""

import os

from notifications.database import migrations, sessions
from notifications.database.engine import engine

if __name__ == "__main__":
    migrations.upgrade(engine(os.environ["DATABASE_URL"], sessions.MIGRATOR))
