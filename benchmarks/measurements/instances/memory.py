"""The cheapest memory size for the sender: `python -m benchmarks.measurements.instances.memory`.

Lambda bills memory times time, and allots processor time in proportion to memory: a whole processor at 1,769 MB. The
sender is a process that is stopped and continued fifty times a second to get the share of its memory size. It sends
batches of ten to a provider that answers in 200 ms. Each batch is timed as Lambda would bill it.
"""

import json
import os
import signal
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import batched
from subprocess import PIPE, Popen
from typing import Any

from sqlalchemy import Engine

from benchmarks.cost import BATCH, LAMBDA_GB_SECOND, LAMBDA_MILLION, MILLION, beside_lambda
from benchmarks.harness.postgres import empty, empty_database
from benchmarks.harness.provider import simulated_provider
from benchmarks.harness.results import Limit, Results, peak_memory_mb
from benchmarks.leaks import VARIABLES
from sender.handler import handler
from tests.support.functions.invocations import Context, record
from tests.support.sender.scenario import SenderScenario

WHOLE_PROCESSOR_MB = 1769
SIZES_MB = (192, 256, 384, 512, 768, 1024, WHOLE_PROCESSOR_MB)
LATENCY_MS = 200
BATCHES, WARM_UP = 25, 5
PERIOD_SECONDS = 0.02
# Required ratio of memory size to peak memory, to leave room for large answers and texts.
SPARE = 1.5
AT_MOST_DOLLARS = 1.0


def be_a_sender(ids: Sequence[int]) -> None:
    """Send batches, and print the seconds of each batch and the peak memory in MB."""
    # Write the logs, but discard them.
    found = os.dup(sys.stdout.fileno())
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    seconds = []
    for batch in batched(ids, BATCH, strict=True):
        records = [record(json.dumps({"message_id": each})) for each in batch]
        started = time.perf_counter()
        handler({"Records": records}, Context())
        seconds.append(time.perf_counter() - started)
    os.write(found, json.dumps({"seconds": seconds, "memory_mb": peak_memory_mb()}).encode())
    # Lambda ends an instance like this: nothing closes the provider's connections.
    os._exit(os.EX_OK)


def measure(engine: Engine, environment: Mapping[str, str], size_mb: int) -> Mapping[str, Any]:
    """Return the figures that a sender of a memory size printed."""
    empty(engine)
    ids = SenderScenario(engine, now=datetime.now(UTC)).fill(BATCHES * BATCH)
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.measurements.instances.memory", *map(str, ids)]
    with Popen(command, env={**os.environ, **environment}, stdout=PIPE, text=True) as process:
        _slow_down(process, min(size_mb / WHOLE_PROCESSOR_MB, 1))
        assert process.stdout
        found: Mapping[str, Any] = json.loads(process.stdout.read())
    return found


def _slow_down(process: "Popen[str]", share: float) -> None:
    while process.poll() is None:
        process.send_signal(signal.SIGCONT)
        time.sleep(PERIOD_SECONDS * share)
        if share < 1:
            process.send_signal(signal.SIGSTOP)
            time.sleep(PERIOD_SECONDS * (1 - share))


def cost(size_mb: int, seconds: float) -> float:
    """Return the cost of a million messages on Lambda, in dollars."""
    return MILLION / BATCH * seconds * size_mb / 1024 * LAMBDA_GB_SECOND + LAMBDA_MILLION / BATCH


def main() -> None:
    """Measure and report."""
    results = Results("memory")
    fitting = []
    with empty_database() as engine, simulated_provider(LATENCY_MS) as provider_url:
        url = engine.url.update_query_dict({"sslmode": "disable"}).render_as_string(hide_password=False)
        own = {"DATABASE_URL": url, "PROVIDER_URL": provider_url, "POWERTOOLS_METRICS_NAMESPACE": "memory"}
        for size_mb in SIZES_MB:
            found = measure(engine, VARIABLES | own, size_mb)
            seconds, used_mb = statistics.mean(found["seconds"][WARM_UP:]), found["memory_mb"]
            dollars = cost(size_mb, seconds)
            results.add(memory_mb=size_mb, batch_ms=seconds * 1000, used_mb=used_mb, dollars_a_million=dollars)
            if used_mb * SPARE <= size_mb:
                fitting.append((dollars, size_mb))
    dollars, size_mb = min(fitting)
    results.add(memory_mb=f"cheapest that fits: {size_mb}", dollars_a_million=dollars)
    whole = dollars + beside_lambda()
    results.limits.append(Limit("$ a million messages without database and NAT", whole, at_most=AT_MOST_DOLLARS))
    results.report()


if __name__ == "__main__":
    if sys.argv[1:]:
        be_a_sender([int(each) for each in sys.argv[1:]])
    else:
        main()
