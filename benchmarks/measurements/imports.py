"""Import of a large file beside a bare COPY: `python -m benchmarks.measurements.imports [ROWS]`.

The bare way is one COPY into a table without an index and one INSERT … SELECT of the same rows into the client table.
The importer runs in a process of its own, while this one calls the API.
"""

import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from sqlalchemy import Engine, text

from benchmarks.harness.postgres import empty, empty_database, settle_down
from benchmarks.harness.results import Limit, Results, peak_memory_mb
from importer.importing import kinds
from importer.reading import Reader
from notifications.clients.imports import repository as imports
from notifications.clients.imports.repository import Import
from notifications.clients.imports.uploads import Upload, Uploads
from notifications.contracts.observability import logger
from notifications.database import engine as database
from notifications.database import sessions
from notifications.events.audit import Author
from notifications.jobs import runner
from tests.support.functions.api import api_over
from tests.support.importer.fake_s3 import FakeS3

ROWS = 1_000_000
CALLS = 300
# Time between two calls of the API.
PAUSE_SECONDS = 0.05
AUTHOR = Author(actor="", name="benchmark", role="operator", request_id="")

_INSERT = text("""
    INSERT INTO client (phone, operator_code, timezone, attributes)
    SELECT phone, substr(phone, 2, 3), timezone, jsonb_build_object('name', name) FROM bare
""")


def write_file(file: Path, rows: int) -> None:
    """Write a file of clients, whose phones are in no order."""
    phones = random.Random(0).sample(range(10**9), rows)
    with file.open("w") as lines:
        lines.write("phone,timezone,name\n")
        lines.writelines(f"79{phone:09d},Europe/Moscow,Name {phone % 1000}\n" for phone in phones)


def bare(engine: Engine, file: Path) -> float:
    """Return the seconds of the bare way."""
    began = time.perf_counter()
    with engine.begin() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE bare (phone text, timezone text, name text) ON COMMIT DROP"))
        driver = connection.connection.driver_connection
        assert driver is not None
        copied = "COPY bare FROM STDIN (FORMAT csv, HEADER)"
        with driver.cursor() as cursor, cursor.copy(copied) as copy, file.open("rb") as data:
            while block := data.read(256 * 1024):
                copy.write(block)
        connection.execute(_INSERT)
    return time.perf_counter() - began


def run_importer(url: str, file: Path, key: str) -> tuple[float, float]:
    """Run an importer until nothing is left to do. Return its seconds, and the peak memory of its process in MB."""
    logger.setLevel("WARNING")
    engine = database.engine(url, sessions.IMPORTER)
    uploads = Uploads(lambda: cast("Any", FileS3({key: file})), lambda: "uploads")
    work = kinds(Reader(uploads, lambda: None, lambda: b"a key of 32 bytes for the hashes"))
    began = time.perf_counter()
    while runner.run_next(engine, work, now=datetime.now(UTC)) is not None:
        pass
    return time.perf_counter() - began, peak_memory_mb()


class FileS3(FakeS3):
    """S3 whose objects are files."""

    def __init__(self, files: dict[str, Path]) -> None:
        super().__init__()
        self._files = files

    def get_object(
        self,
        *,
        Bucket: str,  # noqa: ARG002, N803
        Key: str,  # noqa: N803
        IfMatch: str | None = None,  # noqa: N803
        Range: str = "bytes=0-",  # noqa: N803
    ) -> dict[str, Any]:
        """Return the rest of a file, read in blocks."""
        data = self._files[Key].open("rb")
        data.seek(int(Range.removeprefix("bytes=").removesuffix("-")))
        return {"ETag": IfMatch, "Body": _Blocks(data)}


class _Blocks:
    def __init__(self, data: Any) -> None:
        self._data = data

    def iter_chunks(self, size: int) -> Iterator[bytes]:
        while block := self._data.read(size):
            yield block


def call_api(engine: Engine, phones: list[str], is_over: Callable[[], bool]) -> list[float]:
    """Call the API until it is over. Return the milliseconds of each call."""
    call, taken, new = api_over(engine), list[float](), iter(range(10**6))
    while not is_over():
        phone = random.choice(phones)
        for method, url, body in (
            ("GET", f"client/{phone}/", None),
            ("GET", "client/?limit=50", None),
            ("POST", "client/", {"phone": f"7800{next(new):07d}", "timezone": "Asia/Omsk"}),
        ):
            began = time.perf_counter()
            answer = call(method, url, body)
            taken.append((time.perf_counter() - began) * 1000)
            assert answer.status in {200, 201, 404}, answer
        time.sleep(PAUSE_SECONDS)
    return taken


def start(engine: Engine, file: Path) -> Import:
    """Create and start an import of a file."""
    now = datetime.now(UTC)
    with engine.begin() as connection:
        waiting = imports.create(connection, dry_run=False, author=AUTHOR, now=now)
        upload = Upload("any", file.stat().st_size)
        return imports.start(connection, waiting, upload, author=AUTHOR, now=now)


def percentile(taken: list[float]) -> float:
    """Return the 99th percentile."""
    return statistics.quantiles(taken, n=100)[98]


def main() -> None:
    """Measure and report."""
    logger.setLevel("CRITICAL")
    rows, results = int(sys.argv[1]) if sys.argv[1:] else ROWS, Results("imports")
    # The bare way is one statement of minutes.
    with empty_database(sessions.MIGRATOR) as engine, TemporaryDirectory() as folder:
        file = Path(folder) / "clients.csv"
        write_file(file, rows)
        bare_seconds = bare(engine, file)
        settle_down(engine)
        with engine.connect() as connection:
            phones = list(connection.execute(text("SELECT phone FROM client LIMIT 1000")).scalars())
        calls = iter(range(CALLS))
        idle = call_api(engine, phones, lambda: next(calls, None) is None)
        empty(engine)
        settle_down(engine)
        started = start(engine, file)
        url = engine.url.render_as_string(hide_password=False)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            running = pool.submit(run_importer, url, file, started.upload_key)
            busy = call_api(engine, phones, running.done)
            seconds, memory = running.result()
        with engine.connect() as connection:
            done = imports.get(connection, started.id, now=datetime.now(UTC))
    assert done.created == done.rows == rows, json.dumps(done.error)
    results.add(way="bare COPY and INSERT", rows=rows, seconds=bare_seconds, api_p99_ms=percentile(idle))
    results.add(way="import", rows=rows, seconds=seconds, memory_mb=memory, api_p99_ms=percentile(busy))
    results.limits += [
        Limit("import / bare COPY and INSERT", seconds / bare_seconds, at_most=3),
        Limit("memory of the importer, MB", memory, at_most=256),
        Limit("API p99 during the import, ms", percentile(busy), at_most=250),
    ]
    results.report()


if __name__ == "__main__":
    main()
