"""A version before at work in processes of its own, and what it finds around it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url

from provider_simulator import Simulator, serve
from tests.support.database.earlier_code import CODE
from tooling import paths

type Begin = Callable[[Path, str], subprocess.Popen[str]]


@pytest.fixture
def provider() -> Iterator[Simulator]:
    with serve() as served:
        yield served


@pytest.fixture
def environment(fresh: Engine, provider: Simulator) -> dict[str, str]:
    """Variables of the functions."""
    url = make_url(fresh.url).update_query_dict({"sslmode": "disable"})
    return {
        **os.environ,
        "DATABASE_URL": url.render_as_string(hide_password=False),
        "QUEUE_URL": "http://queue",
        "PROVIDER_URL": provider.url,
        "PROVIDER_TOKEN": "token",
        "DISPATCHER_FUNCTION_NAME": "dispatcher",
        "POWERTOOLS_METRICS_NAMESPACE": "test",
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    }


@pytest.fixture
def begin(environment: dict[str, str], tmp_path: Path) -> Iterator[Begin]:
    """Start a module with the code of a version. What still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def act(code: Path, command: str) -> subprocess.Popen[str]:
        path = os.pathsep.join([*(str(code / each) for each in CODE), str(paths.ROOT)])
        with (tmp_path / f"{len(started)}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command.split()],
                env=environment | {"PYTHONPATH": path, "PGAPPNAME": command.split(maxsplit=1)[0]},
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        started.append(process)
        return process

    yield act
    for process in started:
        with process:
            process.kill()


@pytest.fixture
def errors(tmp_path: Path) -> Callable[[], str]:
    """Give what the processes have written as errors."""
    return lambda: "\n".join(file.read_text() for file in sorted(tmp_path.glob("*.log")))
