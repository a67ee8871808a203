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

import httpx
from sqlalchemy import Engine

from benchmarks.postgres import empty, empty_database
from benchmarks.results import Limit, Results
from notifications.observability import logger, metrics
from sender.delivery import deliver
from sender.providers.http import HttpProvider
from tests.integration.sender.world import World

BATCH = 10
LATENCIES_MS = (0, 50, 300)
SECONDS = 6
MOST_BATCHES_A_SECOND = 100
AT_LEAST = 0.9


@contextmanager
def stand_in(latency_ms: int) -> Iterator[str]:
    """The provider's stand-in in a process of its own. Gives its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "local.provider", "--port", str(port), "--latency-ms", str(latency_ms)]
    with subprocess.Popen(command) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_for(url)
            yield url
        finally:
            process.terminate()


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            httpx.get(f"{url}/health")
        except httpx.ConnectError:
            time.sleep(0.1)
        else:
            return


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
    empty(engine)
    ideal = BATCH / latency_ms * 1000 if latency_ms else float("inf")
    batches = min(MOST_BATCHES_A_SECOND, ideal / BATCH) * SECONDS
    ids = World(engine, now=datetime.now(UTC)).fill(int(batches) * BATCH)
    with stand_in(latency_ms) as url, asyncio.Runner() as runner:
        sent, seconds = runner.run(send_for(engine, url, ids, SECONDS))
    return sent / seconds, ideal


def main() -> None:
    """Measure and report."""
    logger.setLevel("INFO")
    metrics.namespace = "benchmark"
    results = Results("send")
    with empty_database() as engine:
        for latency_ms in LATENCIES_MS:
            reached, ideal = measure(engine, latency_ms)
            share = reached / ideal if latency_ms else None
            results.add(latency_ms=latency_ms, messages_per_s=reached, ideal_per_s=ideal if latency_ms else None)
            if share is not None:
                results.limits.append(Limit(f"share of the ideal at {latency_ms} ms", share, at_least=AT_LEAST))
    results.report()


if __name__ == "__main__":
    main()
