"""Systems that send a mailing: this project, and Celery with different kinds of workers."""

import os
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from tempfile import TemporaryDirectory
from typing import IO, Protocol

from sqlalchemy import Connection, Engine, NullPool, create_engine, text

from benchmarks.harness.audience import add_mailing
from benchmarks.harness.fast_aws import fast_sqs
from benchmarks.harness.instances import instances
from benchmarks.peers import environment

TIMEOUT_SECONDS = 240
POLL_SECONDS = 0.05
PLANNER = "benchmarks.peers.celery_job.plan"
APPLICATION = "benchmarks.peers.celery_job.app"


class Contender(Protocol):
    """A system that sends mailings.

    Attributes:
        engine: the database with its `message` rows.
    """

    engine: Engine

    def begin(self, operator_codes: Sequence[str]) -> None:
        """Start to plan and send a mailing to the clients with these operator codes."""


def seconds(contender: Contender, operator_codes: Sequence[str], messages: int) -> float:
    """Return the seconds from the start of planning to the commit of the last outcome."""
    # A second connection, since the engine has only one.
    watching = create_engine(contender.engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with watching.connect() as connection:
        known = _sent(connection)
        began = time.perf_counter()
        contender.begin(operator_codes)
        while (sent := _sent(connection) - known) < messages:
            if time.perf_counter() > began + TIMEOUT_SECONDS:
                raise TimeoutError(f"{sent} of {messages} messages are sent")
            time.sleep(POLL_SECONDS)
        return time.perf_counter() - began


def _sent(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM message WHERE status = 'sent'")).scalar_one())


@dataclass
class Ours:
    """This project's functions over a fake queue."""

    engine: Engine
    dispatcher: IO[str]

    def begin(self, operator_codes: Sequence[str]) -> None:
        """Insert the mailing and invoke the dispatcher, as the API does."""
        add_mailing(self.engine, starts_at=datetime.now(UTC), operator_codes=operator_codes, window=None)
        _write_line(self.dispatcher, "tick")


@contextmanager
def ours(engine: Engine, provider_url: str, *, senders: int) -> Iterator[Ours]:
    """Run this project with a number of senders."""
    with ExitStack() as stack:
        _, queue_url = stack.enter_context(fast_sqs(1))
        variables = os.environ | {
            "AWS_ENDPOINT_URL": queue_url.partition("/000000000000")[0],
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "none",
            "DATABASE_URL": engine.url.update_query_dict({"sslmode": "disable"}).render_as_string(hide_password=False),
            "POWERTOOLS_LOG_LEVEL": "INFO",
            "POWERTOOLS_METRICS_NAMESPACE": "benchmark",
            "PROVIDER_TOKEN": "token",
            "PROVIDER_URL": provider_url,
            "QUEUE_URL": queue_url,
            "IMPORTER_FUNCTION_NAME": "importer",
        }
        stack.enter_context(instances("sender", senders, variables | {"POWERTOOLS_SERVICE_NAME": "sender"}))
        named = variables | {"POWERTOOLS_SERVICE_NAME": "dispatcher"}
        [dispatcher] = stack.enter_context(instances("dispatcher", 1, named))
        yield Ours(engine, dispatcher)


@dataclass
class Celery:
    """Celery's workers, and a process that plans and enqueues."""

    engine: Engine
    planner: IO[str]

    def begin(self, operator_codes: Sequence[str]) -> None:
        """Write the operator codes to the planner's input."""
        _write_line(self.planner, " ".join(operator_codes))


@contextmanager
def celery(engine: Engine, provider_url: str, *, workers: Sequence[str]) -> Iterator[Celery]:
    """Run Celery with one worker for each of the given options."""
    with TemporaryDirectory(prefix="v", dir="/tmp") as folder, ExitStack() as stack:
        broker = Path(folder) / "valkey"
        variables = environment.variables(
            PEER_DATABASE=f"postgresql://postgres@/{engine.url.database}?host={engine.url.query['host']}",
            PEER_BROKER=f"redis+socket://{broker}",
            PEER_PROVIDER=provider_url,
            # Celery warns about running as root, as it does in a container.
            PYTHONWARNINGS="ignore",
        )
        server = f"{environment.valkey_server()} --port 0 --unixsocket {broker} --save '' --dir {folder}"
        stack.enter_context(_running(server, variables))
        while not broker.exists():
            time.sleep(POLL_SECONDS)
        for number, options in enumerate(workers):
            worker = f"{environment.CELERY} --app {APPLICATION} --quiet worker --hostname=w{number} {options}"
            stack.enter_context(_running(worker, variables))
        planner = stack.enter_context(_running(f"{environment.PYTHON} -m {PLANNER}", variables))
        assert planner.stdin
        yield Celery(engine, planner.stdin)


@contextmanager
def _running(command: str, variables: Mapping[str, str]) -> Iterator[Popen[str]]:
    with Popen(shlex.split(command), stdin=PIPE, stdout=DEVNULL, text=True, env=variables) as process:
        try:
            yield process
        finally:
            process.terminate()


def _write_line(to: IO[str], line: str) -> None:
    to.write(f"{line}\n")
    to.flush()
