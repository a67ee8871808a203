"""Cost of an instance's first invocation: `python -m benchmarks.measurements.instances.cold_start`.

Each function runs as built by `make build`, under Lambda's runtime client and SAM's emulator of the Lambda API, with a
real PostgreSQL, the simulated provider and a fake of SQS and Secrets Manager. The time is measured from call to answer:
start of Python, imports and first invocation, with secrets read as on AWS. Functions run alternately with peers, and
nothing else runs. The peer `bare` is a handler with only Powertools' logger and metrics. Others show the cost of
libraries: `driver` adds one query to PostgreSQL; `utilities` has all used parts of Powertools and no database;
`libraries` has the libraries, a database and an AWS client.
"""

import json
import os
import platform
import socket
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from subprocess import DEVNULL
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import Engine

from benchmarks.harness.fast_aws import fast_sqs
from benchmarks.harness.postgres import empty_database
from benchmarks.harness.provider import simulated_provider
from benchmarks.harness.results import Limit, Results
from benchmarks.leaks import VARIABLES
from notifications.contracts.enumerations import ReportLanguage
from notifications.statistics.daily_figures import day_before
from reporter.daily import Reporter
from tests.support.functions import gateway
from tests.support.functions.invocations import record
from tests.support.sender.scenario import SenderScenario
from tooling import paths

ROUNDS = 9
API_AT_MOST = 2.0
OTHERS_AT_MOST = 1.5

BUILT = paths.ROOT / ".aws-sam/build"
LAYER = BUILT / "SharedLayer/python"
PEERS = paths.ROOT / "benchmarks/peers"
PEER_NAMES = ("bare", "driver", "utilities", "libraries")
ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]
EMULATOR = next(paths.SAM.glob(f"lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-{ARCHITECTURE}"))

type Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Function:
    """A function: its code's folder, its handler, and a builder of its events."""

    name: str
    code: Path
    handler: str
    event: Callable[[], Event]


def functions(engine: Engine) -> Sequence[Function]:
    """Return all measured functions, the bare one first."""
    message = partial(_message_event, engine)
    request = gateway.event("GET", "/api/v1/client/", headers={}, claims=gateway.user("admin"))
    return (
        Function("bare", PEERS / "bare", "handler.handler", dict),
        Function("driver", PEERS / "driver", "handler.handler", dict),
        Function("utilities", PEERS / "utilities", "handler.handler", lambda: request),
        Function("libraries", PEERS / "libraries", "handler.handler", dict),
        Function("api", BUILT / "ApiFunction", "api.app.handler", lambda: request),
        Function("dispatcher", BUILT / "DispatcherFunction", "dispatcher.handler.handler", dict),
        Function("sender", BUILT / "SenderFunction", "sender.handler.handler", message),
        Function(
            "dead letters",
            BUILT / "DeadLetterFunction",
            "dead_letters.handler.handler",
            partial(_message_event, engine),
        ),
        Function("reporter", BUILT / "ReporterFunction", "reporter.handler.handler", dict),
    )


def _message_event(engine: Engine) -> Event:
    (message_id,) = SenderScenario(engine, now=datetime.now(UTC)).fill(1)
    return {"Records": [record(json.dumps({"message_id": message_id}))]}


@contextmanager
def emulated(function: Function, environment: Mapping[str, str]) -> Iterator[str]:
    """Start an emulator whose function has not started yet, and yield its URL."""
    port, runtime_port = _free_port(), _free_port()
    command = (
        *(str(EMULATOR), "--log-level", "error"),
        *("--runtime-interface-emulator-address", f"127.0.0.1:{port}"),
        *("--runtime-api-address", f"127.0.0.1:{runtime_port}"),
        *(str(paths.PEERS / "bin/python"), "-m", "awslambdaric", function.handler),
    )
    variables = {**environment, "PYTHONPATH": f"{LAYER}{os.pathsep}{function.code}"}
    with subprocess.Popen(command, cwd=function.code, env=variables, stdout=DEVNULL, stderr=DEVNULL) as process:
        _wait_for(port)
        try:
            yield f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.02)
        else:
            return


def start(function: Function, environment: Mapping[str, str]) -> tuple[float, float]:
    """Return the milliseconds of an instance's first and second invocation."""
    with emulated(function, environment) as url, httpx.Client(timeout=60) as http:
        return _invoke(http, url, function), _invoke(http, url, function)


def _invoke(http: httpx.Client, url: str, function: Function) -> float:
    event = function.event()
    began = time.perf_counter()
    answer = http.post(url, json=event).raise_for_status().text
    took = (time.perf_counter() - began) * 1000
    assert "errorMessage" not in answer, f"{function.name}: {answer}"
    return took


@contextmanager
def lambda_environment() -> Iterator[tuple[Engine, Mapping[str, str]]]:
    """Run a database, a provider and a fake of AWS, and yield the engine and the functions' environment."""
    with empty_database() as engine, simulated_provider(latency_ms=0) as provider_url, fast_sqs(1) as (_, queue_url):
        _mail_report(engine)
        url = engine.url.set(drivername="postgresql").update_query_dict({"sslmode": "disable"})
        aws = {
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "none",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ENDPOINT_URL": queue_url.partition("/000000000000")[0],
        }
        own = {
            "DATABASE_SECRET_ARN": url.render_as_string(hide_password=False),
            "PROVIDER_URL": provider_url,
            "QUEUE_URL": queue_url,
            "IMPORTER_FUNCTION_NAME": "importer",
        }
        yield engine, {"PATH": os.environ["PATH"], "POWERTOOLS_METRICS_NAMESPACE": "bench"} | VARIABLES | aws | own


def _mail_report(engine: Engine) -> None:
    zone = ZoneInfo(VARIABLES["REPORT_TIMEZONE"])
    day = day_before(datetime.now(UTC), zone)
    Reporter(
        engine=engine, zone=zone, language=ReportLanguage.EN, admin_url="", send=lambda mail: mail.subject
    ).report_once(day)


def main() -> None:
    """Measure and report."""
    subprocess.run(["make", "build"], check=True, cwd=paths.ROOT, stdout=DEVNULL)
    results = Results("cold_start")
    with lambda_environment() as (engine, environment):
        every = functions(engine)
        rounds = [[start(function, environment) for function in every] for _ in range(ROUNDS)]
    medians = [[statistics.median(each) for each in zip(*starts, strict=True)] for starts in zip(*rounds, strict=True)]
    add_rows(results, dict(zip((function.name for function in every), medians, strict=True)))
    results.report()


def add_rows(results: Results, starts: Mapping[str, Sequence[float]]) -> None:
    """Add a row for each function, and the limits of the project's own."""
    first_of = {name: first for name, (first, _) in starts.items()}
    for name, (first, second) in starts.items():
        beside = {f"to_{peer}": first / first_of[peer] for peer in PEER_NAMES}
        results.add(function=name, first_ms=first, second_ms=second, **beside)
        if name not in PEER_NAMES:
            at_most = API_AT_MOST if name == "api" else OTHERS_AT_MOST
            results.limits.append(Limit(f"{name} / bare", first / first_of["bare"], at_most=at_most))


if __name__ == "__main__":
    main()
