"""Cost of API calls with few rows and with many: `python -m benchmarks.measurements.api [SMALL LARGE]`.

Processes call the function's handler with the gateway's events, one process for each of two databases on one PostgreSQL
server, with 100,000 and 10,000,000 messages (and as many clients, up to a million). They run alternately in short
stretches, and adjacent stretches are compared, since the machine's speed varies. Creating a client is compared in the
same way with the same view in Django REST framework (`benchmarks.peers.drf_api`), whose tables have as many clients as
the small database.
"""

import json
import os
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from subprocess import PIPE, Popen

from sqlalchemy import URL, Engine, NullPool, create_engine, text

from benchmarks.harness.api_caller import new_clients, requests
from benchmarks.harness.api_data import fill
from benchmarks.harness.postgres import empty_database
from benchmarks.harness.results import Limit, Results
from benchmarks.peers import environment
from notifications.database import engine as database
from notifications.database import migrations
from tests.support.functions.environment import REQUIRED

SIZES = (100_000, 10_000_000)
ROUNDS, STRETCH = 20, 20
FLAT = 1.3
TIMES_DRF = 3
CREATE = "create client"
VARIABLES = {
    **REQUIRED,
    "POWERTOOLS_SERVICE_NAME": "api",
    "POWERTOOLS_METRICS_NAMESPACE": "benchmark",
    "POWERTOOLS_LOG_LEVEL": "INFO",
}


@dataclass
class Caller:
    """Process that makes calls, and their milliseconds by stretch."""

    process: Popen[str]
    stretches: list[list[float]] = field(default_factory=list)

    def call(self, line: str) -> None:
        """Write a line to the process and keep the milliseconds that it answers."""
        assert self.process.stdin
        assert self.process.stdout
        print(line, file=self.process.stdin, flush=True)
        self.stretches.append(json.loads(self.process.stdout.readline()))

    def percentile(self, share: float) -> float:
        """Return a percentile of all calls, in milliseconds."""
        taken = sorted(each for stretch in self.stretches for each in stretch)
        return taken[int(len(taken) * share)]


@contextmanager
def started(command: Sequence[str], variables: Mapping[str, str]) -> Iterator[Popen[str]]:
    """Run a process that ends with its input."""
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True, env=variables) as process:
        assert process.stdin
        yield process
        process.stdin.close()


@contextmanager
def our_caller(url: URL, rows: int) -> Iterator[Popen[str]]:
    """Run the API over a database of `rows` messages."""
    engine = database.engine(url.render_as_string(hide_password=False))
    migrations.upgrade(engine)
    clients, mailing_id = fill(engine, rows)
    variables = os.environ | VARIABLES | {"DATABASE_URL": url.render_as_string(hide_password=False)}
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.harness.api_caller", str(clients), str(mailing_id)]
    with started(command, variables) as process:
        yield process


@contextmanager
def drf_caller(url: URL, clients: int) -> Iterator[Popen[str]]:
    """Run the peer over a database of `clients` clients."""
    variables = environment.variables(PEER_DATABASE=str(url.database), PEER_DATABASE_HOST=str(url.query["host"]))
    with started([str(environment.PYTHON), "-m", "benchmarks.peers.drf_api", str(clients)], variables) as process:
        assert process.stdout
        process.stdout.readline()
        yield process


def add_database(engine: Engine, name: str) -> URL:
    """Create another database on the same server, and return its URL."""
    one = create_engine(engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with one.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    return engine.url.set(drivername="postgresql", database=name).update_query_dict({"sslmode": "disable"})


def in_turns(*callers: tuple[Caller, Iterator[str]]) -> None:
    """Run the callers' lines alternately, stretch by stretch. The first stretch of each is a warm-up."""
    for _ in range(ROUNDS + 1):
        for caller, lines in callers:
            caller.call(next(lines))
    for caller, _ in callers:
        del caller.stretches[0]


def ratio(one: Caller, other: Caller) -> float:
    """Return the median ratio of two callers' times over adjacent stretches."""
    pairs = zip(one.stretches, other.stretches, strict=True)
    return statistics.median(statistics.median(a) / statistics.median(b) for a, b in pairs)


def repeated(name: str) -> Iterator[str]:
    """Generate the same stretch of a call endlessly."""
    while True:
        yield f"{name} {STRETCH}"


def bodies() -> Iterator[str]:
    """Generate stretches of new clients for the peer."""
    new = new_clients()
    while True:
        yield json.dumps(list(islice(new, STRETCH)))


def main() -> None:
    """Measure and report."""
    small, large = map(int, sys.argv[1:]) if sys.argv[1:] else SIZES
    results = Results("api", versions=environment.versions("django", "djangorestframework"))
    with empty_database() as engine, ExitStack() as stack:
        few = stack.enter_context(our_caller(add_database(engine, "few"), small))
        drf = stack.enter_context(drf_caller(add_database(engine, "drf"), small))
        compare_with_drf(results, few, drf)
        many = stack.enter_context(our_caller(add_database(engine, "many"), large))
        for name in requests(small, 1):
            compare_sizes(results, name, {small: few, large: many})
    results.report()


def compare_with_drf(results: Results, few: Popen[str], drf: Popen[str]) -> None:
    """Add a row for the peer."""
    ours, peer = Caller(few), Caller(drf)
    in_turns((ours, repeated(CREATE)), (peer, bodies()))
    for who, caller in {"this project": ours, "Django REST framework": peer}.items():
        name = f"{CREATE}, {who}, in turns"
        results.add(call=name, p50_ms=caller.percentile(0.5), p99_ms=caller.percentile(0.99))
    times = ratio(peer, ours)
    results.limits.append(Limit(f"{CREATE}: times as fast as the peer", times, at_least=TIMES_DRF))


def compare_sizes(results: Results, name: str, processes: Mapping[int, Popen[str]]) -> None:
    """Add a row for a call, with its growth from the small to the large database."""
    few, many = map(Caller, processes.values())
    in_turns((few, repeated(name)), (many, repeated(name)))
    row = {"p50_ms": few.percentile(0.5), "p99_ms": few.percentile(0.99)}
    row_of_many = {"p50_ms_many": many.percentile(0.5), "p99_ms_many": many.percentile(0.99)}
    results.add(call=name, **row, **row_of_many)
    results.limits.append(Limit(f"{name}: many / few rows", ratio(many, few), at_most=FLAT))


if __name__ == "__main__":
    main()
