"""Fixtures: processes that run an earlier version, their environment, and a provider."""

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
from tests.support.functions.environment import REQUIRED
from tooling import paths


@pytest.fixture
def provider() -> Iterator[Simulator]:
    with serve() as served:
        yield served


@pytest.fixture
def environment(fresh: Engine, provider: Simulator) -> dict[str, str]:
    """Environment variables of the functions."""
    url = make_url(fresh.url).update_query_dict({"sslmode": "disable"})
    return {
        **os.environ,
        **REQUIRED,
        "DATABASE_URL": url.render_as_string(hide_password=False),
        "PROVIDER_URL": provider.url,
        "POWERTOOLS_METRICS_NAMESPACE": "test",
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    }


@dataclass
class Processes:
    """Processes, each running the code of one version, and their logs."""

    environment: dict[str, str]
    folder: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, code: Path, command: str) -> subprocess.Popen[str]:
        """Run a module with arguments on the code of a version. Its database sessions have the name of the module."""
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
        """Return the standard error of all processes."""
        return "\n".join(file.read_text() for file in sorted(self.folder.glob("*.log")))


@pytest.fixture
def processes(environment: dict[str, str], tmp_path: Path) -> Iterator[Processes]:
    """Processes of one test, killed at its end."""
    made = Processes(environment, tmp_path)
    yield made
    for process in made.started:
        with process:
            process.kill()
