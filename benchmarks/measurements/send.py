"""A sender's rate as a share of what the provider's latency allows: `python -m benchmarks.measurements.send`.

A sender handles one batch at a time, by default of 10, so it sends at most 10 messages per latency. The claim, the
outcomes and the calls' own work reduce that. The latency is that of one call over a bare socket, a little more than
the simulated provider waits. Without latency the peer is a bare loop of httpx over the same transport with as many
concurrent calls. Both run alternately, since the machine's speed varies. Larger batches, which a stack parameter
allows, are measured for comparison.
"""

import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import batched
from urllib.parse import urlsplit

import httpx
from httpx_aiohttp import HttpxAiohttpClient
from sqlalchemy import Engine

from benchmarks.harness.postgres import empty, empty_database, settle_down
from benchmarks.harness.provider import simulated_provider
from benchmarks.harness.results import Cell, Limit, Results
from notifications.contracts.enumerations import ProviderKind
from notifications.contracts.observability import logger, metrics
from notifications.database import sessions
from notifications.providers.catalog import Catalog
from sender.delivery import Sender
from sender.providers.http import HttpProvider
from tests.support.sender.scenario import SenderScenario

DEFAULT_BATCH = 10
HEADERS = {"Authorization": "Bearer token"}
BODY = {"phone": 79260000001, "text": "Hello"}
# Latency of the provider in milliseconds, messages per batch, and batches per measurement of some seconds.
RUNS = ((0, 10, 40), (50, 10, 60), (50, 50, 24), (300, 10, 20), (300, 50, 10))
STRETCHES = 5
LATENCY_CALLS = 21
# Least share of the ideal rate, by latency in milliseconds.
AT_LEAST = {50: 0.75, 300: 0.9}
AT_LEAST_OF_BARE = 0.6

type Batch = Sequence[int]
type Work = Callable[[Batch], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Speed:
    """Messages a second, and this process's CPU milliseconds a message."""

    per_s: float
    cpu_ms: float


async def send(sender: Sender, batch: Batch) -> None:
    """Send a batch."""
    outcomes = await sender.deliver(batch)
    metrics.flush_metrics()
    assert all(outcome.status == "sent" for outcome in outcomes)


async def call_bare(client: httpx.AsyncClient, url: str, batch: Batch) -> None:
    """Make the provider's calls alone, with other ids, since the provider refuses repeats."""
    known = [each + 10**9 for each in batch]
    calls = [client.post(f"{url}/v1/send/{each}", json=BODY | {"id": each}, headers=HEADERS) for each in known]
    assert all(answer.json()["code"] == 0 for answer in await asyncio.gather(*calls))


async def latency_of(url: str) -> float:
    """Return the median milliseconds of one call over a keep-alive socket without other traffic."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    taken = []
    for message_id in range(2 * 10**9, 2 * 10**9 + LATENCY_CALLS):
        body = json.dumps(BODY | {"id": message_id})
        head = f"POST /v1/send/{message_id} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        began = time.perf_counter()
        writer.write((head + body).encode())
        await reader.readuntil(b'"OK"}')
        taken.append((time.perf_counter() - began) * 1000)
    writer.close()
    return statistics.median(taken)


async def in_turns(batches: Sequence[Batch], *works: Work) -> list[Speed]:
    """Return the median speed of each work in alternating stretches. The first stretch is a warm-up."""
    speeds: list[list[Speed]] = [[] for _ in works]
    for stretch in batched(batches, len(batches) // (STRETCHES + 1), strict=True):
        messages = sum(map(len, stretch))
        for work, found in zip(works, speeds, strict=True):
            began, worked = time.perf_counter(), time.process_time()
            for batch in stretch:
                await work(batch)
            seconds, cpu = time.perf_counter() - began, time.process_time() - worked
            found.append(Speed(messages / seconds, cpu / messages * 1000))
    return [_median(found[1:]) for found in speeds]


def _median(speeds: Sequence[Speed]) -> Speed:
    return Speed(statistics.median(each.per_s for each in speeds), statistics.median(each.cpu_ms for each in speeds))


async def measure(engine: Engine, url: str, batches: Sequence[Batch]) -> list[Speed]:
    """Return the speeds of the sender and of the bare loop."""
    (spec,) = Catalog.of_one(ProviderKind.HTTP, url).specs
    provider = HttpProvider(spec, read_token=lambda *, refresh=False: "token")  # noqa: ARG005
    sender = Sender(erasure_key=bytes, engine=engine, provider=provider, clock=lambda: datetime.now(UTC))
    async with HttpxAiohttpClient() as client:
        speeds = await in_turns(batches, partial(send, sender), partial(call_bare, client, url))
    await provider.aclose()
    return speeds


def main() -> None:
    """Measure and report."""
    logger.setLevel("WARNING")
    metrics.namespace = "benchmark"
    results = Results("send")
    with empty_database(sessions.SENDER) as engine:
        for latency_ms, size, number in RUNS:
            empty(engine)
            ids = SenderScenario(engine, now=datetime.now(UTC)).fill(number * size * (STRETCHES + 1))
            settle_down(engine)
            with simulated_provider(latency_ms) as url:
                taken_ms = asyncio.run(latency_of(url)) if latency_ms else None
                sender, bare = asyncio.run(measure(engine, url, list(batched(ids, size, strict=True))))
            ideal = size / taken_ms * 1000 if taken_ms else None
            row: dict[str, Cell] = {"latency_ms": latency_ms, "one_call_ms": taken_ms, "batch": size}
            add_row(results, row, ideal, sender, bare)
            if size == DEFAULT_BATCH:
                results.limits.append(limit_of(latency_ms, ideal, sender, bare))
    results.report()


def add_row(results: Results, row: dict[str, Cell], ideal: float | None, sender: Speed, bare: Speed) -> None:
    """Add the row of a run; `ideal` is in messages a second."""
    results.add(
        **row,
        messages_per_s=sender.per_s,
        cpu_ms_a_message=sender.cpu_ms,
        ideal_per_s=ideal,
        bare_per_s=bare.per_s,
        bare_cpu_ms=bare.cpu_ms,
    )


def limit_of(latency_ms: int, ideal: float | None, sender: Speed, bare: Speed) -> Limit:
    """Return the limit of a run with batches of the default size."""
    if ideal is None:
        return Limit("share of a bare httpx loop at 0 ms", sender.per_s / bare.per_s, at_least=AT_LEAST_OF_BARE)
    return Limit(f"share of the ideal at {latency_ms} ms", sender.per_s / ideal, at_least=AT_LEAST[latency_ms])


if __name__ == "__main__":
    main()
