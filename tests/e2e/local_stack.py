"""A running stack, as a person at a terminal drives it."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from local import paths

PATIENCE = timedelta(minutes=10)


@dataclass(frozen=True)
class LocalStack:
    """A running stack and the commands that work on it."""

    environment: dict[str, str]

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "local", *command],
            check=False,
            cwd=paths.ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE.total_seconds(),
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def described(self) -> dict[str, Any]:
        description: dict[str, Any] = json.loads(
            (paths.ROOT / self.environment["LOCAL_DIR"] / "stack.json").read_text()
        )
        return description
