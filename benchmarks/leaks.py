"""Leaks of memory, files or tasks between invocations of the functions: `python -m benchmarks.leaks`.

Each is invoked thousands of times in this process, with a real PostgreSQL and the simulated provider over a socket;
the queue and the mail are small fakes. Memory, open files and asyncio's tasks are compared between the end of a warm-up
and the end of the run, since Lambda uses an instance for hours.
"""

import asyncio
import gc
import itertools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import psutil
from sqlalchemy import Engine, text

from benchmarks.harness.postgres import empty_database
from benchmarks.harness.provider import simulated_provider
from benchmarks.harness.results import Limit, Results
from dead_letters import handler
from notifications.contracts.observability import metrics
from reporter import handler as reporter
from tests.support.functions.environment import REQUIRED
from tests.support.functions.invocations import Context, Functions, record

# Measured invocations. A tenth of their number precedes them as a warm-up.
INVOCATIONS = {"api": 2_000, "dead letters": 2_000, "reporter": 300, "dispatcher and sender": 1_500}
CLIENTS = 10
MOST_GROWTH_MB = 4.0
VARIABLES = {
    **REQUIRED,
    "REPORT_SENDER": "reports@example.com",
    "REPORT_RECIPIENTS": "a@example.com",
    "REPORT_CONFIGURATION_SET": "reports",
    "REPORT_LANGUAGE": "en",
    "REPORT_TIMEZONE": "Europe/Moscow",
}


class Resources(NamedTuple):
    """Memory, files and tasks that this process holds."""

    memory_mb: float
    files: int
    tasks: int

    @classmethod
    def now(cls) -> "Resources":
        """Collect garbage and measure this process."""
        gc.collect()
        process = psutil.Process()
        tasks = sum(isinstance(each, asyncio.Task) for each in gc.get_objects())
        return cls(process.memory_info().rss / 2**20, process.num_fds(), tasks)


def use_api(functions: Functions) -> Iterator[None]:
    """Read and write through the API; each pass restores the initial data."""
    phone = "79270000000"
    client = {"phone": phone, "operator_code": "927", "timezone": "Asia/Omsk"}
    reads = ("client/", f"client/{phone}/", "mailing/", "statistic/", "tag/", "provider/", "audit/?limit=20")
    while True:
        functions.ask("POST", "client/", client)
        yield
        for read in reads:
            functions.ask("GET", read)
            yield
        functions.ask("PATCH", f"client/{phone}/", {"timezone": "Europe/Moscow"})
        yield
        functions.ask("DELETE", f"client/{phone}/")
        yield


def record_dead_letters(_: Functions) -> Iterator[None]:
    """Handle dead letters."""
    while True:
        handler.handler({"Records": [record('{"message_id": 1}')]}, Context())
        yield


def report(_: Functions) -> Iterator[None]:
    """Mail reports of today."""
    while True:
        reporter.handler({"source": "manual"}, Context())
        yield


def send(functions: Functions) -> Iterator[None]:
    """Run mailings from start to end."""
    while True:
        now = datetime.now(UTC)
        times = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=1)).isoformat()}
        functions.ask("POST", "mailing/", {"text": "Hello {phone}", "filter": {"operator_codes": ["926"]}} | times)
        functions.tick()
        yield
        assert functions.send() == CLIENTS
        yield
        functions.tick()
        yield


WORK: dict[str, Callable[[Functions], Iterator[None]]] = {
    "api": use_api,
    "dead letters": record_dead_letters,
    "reporter": report,
    "dispatcher and sender": send,
}


def measure(work: Iterator[None], invocations: int) -> tuple[Resources, Resources]:
    """Return the resources held after a warm-up and at the end."""
    _consume(itertools.islice(work, invocations // 10))
    before = Resources.now()
    _consume(itertools.islice(work, invocations))
    return before, Resources.now()


def _consume(work: Iterator[None]) -> None:
    for _ in work:
        pass


@contextmanager
def real_functions() -> Iterator[Functions]:
    """Run a database and a provider, and yield the functions over them."""
    with empty_database() as engine, simulated_provider(latency_ms=0) as provider_url:
        _fill(engine)
        url = engine.url.update_query_dict({"sslmode": "disable"}).render_as_string(hide_password=False)
        os.environ |= VARIABLES | {"DATABASE_URL": url, "PROVIDER_URL": provider_url}
        metrics.provider.namespace = "leaks"
        yield Functions()


def _fill(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text(_CLIENTS), {"clients": CLIENTS})


def main() -> None:
    """Measure and report."""
    results = Results("leaks")
    # Discard the logs.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    with real_functions() as functions:
        for name, invocations in INVOCATIONS.items():
            before, after = measure(WORK[name](functions), invocations)
            results.add(
                function=name,
                invocations=invocations,
                memory_mb=before.memory_mb,
                memory_mb_end=after.memory_mb,
                files=before.files,
                files_end=after.files,
                tasks=before.tasks,
                tasks_end=after.tasks,
            )
            grown = after.memory_mb - before.memory_mb
            results.limits += [
                Limit(f"{name}: growth, MB", grown, at_most=MOST_GROWTH_MB),
                Limit(f"{name}: files more", after.files - before.files, at_most=0),
                Limit(f"{name}: tasks more", after.tasks - before.tasks, at_most=0),
            ]
    results.report()
    sys.exit(not all(each.holds for each in results.limits))


_CLIENTS = """
    INSERT INTO client (phone, operator_code, timezone)
    SELECT '7926' || lpad(n::text, 7, '0'), '926', 'Europe/Moscow' FROM generate_series(1, :clients) AS n
"""


if __name__ == "__main__":
    main()
