"""A running local stack, driven by the commands of `python -m local`."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.support.ports import free_ports
from tooling import paths

COMMAND_TIMEOUT = timedelta(minutes=10)


@dataclass(frozen=True)
class LocalStack:
    """A running stack and the commands that work on it."""

    environment: dict[str, str]

    def run(self, *command: str, expected_code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "local", *command],
            check=False,
            cwd=paths.ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_TIMEOUT.total_seconds(),
        )
        assert done.returncode == expected_code, done.stdout
        return done.stdout

    def described(self) -> dict[str, Any]:
        description: dict[str, Any] = json.loads(
            (paths.ROOT / self.environment["LOCAL_DIR"] / "stack.json").read_text()
        )
        return description


@contextmanager
def own_stack(state: str) -> Iterator[LocalStack]:
    """Run a stack in its own folder on free ports. Wipe it before the block and stop it afterwards."""
    names = ("MINISTACK_PORT", "POSTGRES_PORT", "PROVIDER_PORT")
    ports = dict(zip(names, map(str, free_ports(len(names))), strict=True))
    own = LocalStack({**os.environ, **ports, "LOCAL_DIR": state, "PYTHONPATH": "layers/shared", "PROVIDER_URL": ""})
    # Remove the last run here: its logs were kept for reading, and a killed run may have left processes.
    own.run("clean")
    try:
        own.run("up")
        yield own
    finally:
        own.run("down")
