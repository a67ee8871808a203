"""A version before at work in processes of its own, and what it finds around it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url

from provider_simulator import Simulator, serve
from tests.support.database.earlier_code import CODE
from tooling import paths


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


@dataclass
class Processes:
    """Processes that run the code of a version each, and what they write."""

    environment: dict[str, str]
    folder: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def begin(self, code: Path, command: str) -> subprocess.Popen[str]:
        """Start a module, with arguments, over the code of a version. Its name is that of its database sessions."""
        path = os.pathsep.join([*(str(code / each) for each in CODE), str(paths.ROOT)])
        with (self.folder / f"{len(self.started)}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command.split()],
                env=self.environment | {"PYTHONPATH": path, "PGAPPNAME": command.split(maxsplit=1)[0]},
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        self.started.append(process)
        return process

    def errors(self) -> str:
        """Give what the processes have written as errors."""
        return "\n".join(file.read_text() for file in sorted(self.folder.glob("*.log")))


@pytest.fixture
def processes(environment: dict[str, str], tmp_path: Path) -> Iterator[Processes]:
    """Start processes. What still runs at the end is killed."""
    made = Processes(environment, tmp_path)
    yield made
    for process in made.started:
        with process:
            process.kill()
