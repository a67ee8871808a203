"""How close a sender comes to what the provider's latency allows: `python -m benchmarks.send`.

A sender has one batch of 10 at a time, so at best it sends 10 messages in one latency; what is lost is the claim, the
outcomes and the calls' own work. At no latency there is only work, and the peer is a bare loop of httpx with as many
calls side by side. Both take turns, for the machine's speed changes meanwhile.
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

BATCH = 10
BODY = {"phone": 79260000001, "text": "Hello"}
# Enough for a stretch of some seconds, by the provider's latency in milliseconds.
BATCHES = {0: 40, 50: 60, 300: 20}
STRETCHES = 5
AT_LEAST = 0.9
AT_LEAST_OF_BARE = 0.5

type Work = Callable[[Sequence[int]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Speed:
    """Messages a second, and milliseconds of this process's processor for one."""

    per_s: float
    cpu_ms: float


async def send(engine: Engine, provider: HttpProvider, ids: Sequence[int]) -> None:
    """Send batches one after the other."""
    for batch in batched(ids, BATCH, strict=True):
        outcomes = await deliver(engine, provider, batch, clock=lambda: datetime.now(UTC))
        metrics.flush_metrics()
        assert all(outcome.verdict == "sent" for outcome in outcomes)


async def call_bare(client: httpx.AsyncClient, url: str, ids: Sequence[int]) -> None:
    """The provider's calls alone, in as many batches; for other ids, since it refuses repeats."""
    headers = {"Authorization": "Bearer token"}
    for batch in batched(ids, BATCH, strict=True):
        known = [each + 10**9 for each in batch]
        calls = [client.post(f"{url}/v1/send/{each}", json=BODY | {"id": each}, headers=headers) for each in known]
        assert all(answer.json()["code"] == 0 for answer in await asyncio.gather(*calls))


async def in_turns(ids: Sequence[int], *works: Work) -> list[Speed]:
    """The median speed of each in stretches that take turns. The first stretch warms up and is not counted."""
    speeds: list[list[Speed]] = [[] for _ in works]
    for stretch in batched(ids, len(ids) // (STRETCHES + 1), strict=True):
        for work, found in zip(works, speeds, strict=True):
            began, worked = time.perf_counter(), time.process_time()
            await work(stretch)
            seconds, cpu = time.perf_counter() - began, time.process_time() - worked
            found.append(Speed(len(stretch) / seconds, cpu / len(stretch) * 1000))
    return [_median(found[1:]) for found in speeds]


def _median(speeds: Sequence[Speed]) -> Speed:
    return Speed(statistics.median(each.per_s for each in speeds), statistics.median(each.cpu_ms for each in speeds))


async def measure(engine: Engine, url: str, ids: Sequence[int]) -> list[Speed]:
    """The sender's speed, and the bare loop's."""
    provider = HttpProvider(url, read_token=lambda *, refresh=False: "token")  # noqa: ARG005
    async with httpx.AsyncClient() as client:
        speeds = await in_turns(ids, partial(send, engine, provider), partial(call_bare, client, url))
    await provider.aclose()
    return speeds


def main() -> None:
    """Measure and report."""
    logger.setLevel("WARNING")
    metrics.namespace = "benchmark"
    results = Results("send")
    with empty_database() as engine:
        for latency_ms, batches in BATCHES.items():
            empty(engine)
            ids = World(engine, now=datetime.now(UTC)).fill(batches * BATCH * (STRETCHES + 1))
            settle_down(engine)
            with stand_in(latency_ms) as url:
                sender, bare = asyncio.run(measure(engine, url, ids))
            tell(results, latency_ms, sender, bare)
    results.report()


def tell(results: Results, latency_ms: int, sender: Speed, bare: Speed) -> None:
    """A row for one latency, and what is promised of it."""
    ideal = BATCH / latency_ms * 1000 if latency_ms else None
    results.add(
        latency_ms=latency_ms,
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
    results.limits.append(limit)


if __name__ == "__main__":
    main()
