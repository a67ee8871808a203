"""How close a sender comes to what the provider's latency allows: `python -m benchmarks.send`.

A sender has one batch at a time, by default of 10, so at best it sends 10 messages in one latency; what is lost is the
claim, the outcomes and the calls' own work. At no latency there is only work, and the peer is a bare loop of httpx with
as many calls side by side. Both take turns, for the machine's speed changes meanwhile. Larger batches, for which there
is a parameter of the stack, are shown beside it.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import batched

import httpx
from sqlalchemy import Engine

from benchmarks.postgres import empty, empty_database, settle_down
from benchmarks.provider import stand_in
from benchmarks.results import Limit, Results
from notifications.observability import logger, metrics
from sender.delivery import deliver
from sender.providers.http import HttpProvider
from tests.integration.sender.world import World

DEFAULT_BATCH = 10
HEADERS = {"Authorization": "Bearer token"}
BODY = {"phone": 79260000001, "text": "Hello"}
# The provider's latency in milliseconds, how many in a batch, and how many batches are a stretch of some seconds.
RUNS = ((0, 10, 40), (50, 10, 60), (50, 50, 24), (300, 10, 20), (300, 50, 10))
STRETCHES = 5
AT_LEAST = 0.9
AT_LEAST_OF_BARE = 0.5

type Batch = Sequence[int]
type Work = Callable[[Batch], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Speed:
    """Messages a second, and milliseconds of this process's processor for one."""

    per_s: float
    cpu_ms: float


async def send(engine: Engine, provider: HttpProvider, batch: Batch) -> None:
    """Send a batch."""
    outcomes = await deliver(engine, provider, batch, clock=lambda: datetime.now(UTC))
    metrics.flush_metrics()
    assert all(outcome.verdict == "sent" for outcome in outcomes)


async def call_bare(client: httpx.AsyncClient, url: str, batch: Batch) -> None:
    """The provider's calls alone; for other ids, since it refuses repeats."""
    known = [each + 10**9 for each in batch]
    calls = [client.post(f"{url}/v1/send/{each}", json=BODY | {"id": each}, headers=HEADERS) for each in known]
    assert all(answer.json()["code"] == 0 for answer in await asyncio.gather(*calls))


async def in_turns(batches: Sequence[Batch], *works: Work) -> list[Speed]:
    """The median speed of each in stretches that take turns. The first stretch warms up and is not counted."""
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
    """The sender's speed, and the bare loop's."""
    provider = HttpProvider(url, read_token=lambda *, refresh=False: "token")  # noqa: ARG005
    async with httpx.AsyncClient() as client:
        speeds = await in_turns(batches, partial(send, engine, provider), partial(call_bare, client, url))
    await provider.aclose()
    return speeds


def main() -> None:
    """Measure and report."""
    logger.setLevel("WARNING")
    metrics.namespace = "benchmark"
    results = Results("send")
    with empty_database() as engine:
        for latency_ms, size, number in RUNS:
            empty(engine)
            ids = World(engine, now=datetime.now(UTC)).fill(number * size * (STRETCHES + 1))
            settle_down(engine)
            with stand_in(latency_ms) as url:
                sender, bare = asyncio.run(measure(engine, url, list(batched(ids, size, strict=True))))
            tell(results, latency_ms, size, sender, bare)
    results.report()


def tell(results: Results, latency_ms: int, size: int, sender: Speed, bare: Speed) -> None:
    """A row for one run, and what is promised of it."""
    ideal = size / latency_ms * 1000 if latency_ms else None
    results.add(
        latency_ms=latency_ms,
        batch=size,
        messages_per_s=sender.per_s,
        cpu_ms_a_message=sender.cpu_ms,
        ideal_per_s=ideal,
        bare_per_s=bare.per_s,
        bare_cpu_ms=bare.cpu_ms,
    )
    if ideal is None:
        limit = Limit("share of a bare httpx loop at 0 ms", sender.per_s / bare.per_s, at_least=AT_LEAST_OF_BARE)
    else:
        limit = Limit(f"share of the ideal at {latency_ms} ms", sender.per_s / ideal, at_least=AT_LEAST)
    if size == DEFAULT_BATCH:
        results.limits.append(limit)


if __name__ == "__main__":
    main()
