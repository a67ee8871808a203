"""Installs the tools, from nothing but Python: uv by pip, everything else by uv, all of it pinned by hashes.

Runs before anything is installed, so it imports the standard library only.
"""

import hashlib
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from pathlib import Path

from tooling import paths
from tooling.errors import InstallFailed, LocalStackError
from tooling.lock import exclusive

LINES_OF_OUTPUT_SHOWN = 15


def install(*, checks: bool) -> None:
    """Bring every environment up to its requirements; one that is there already costs nothing.

    Args:
        checks: whether what only checks need is wanted too.
    """
    with exclusive(paths.TOOLS / "lock", "installing tools"):
        _ensure(paths.UV, "uv.txt", _install_by_pip)
        _ensure(paths.PROJECT, "dev.txt", _install_by_uv)
        _ensure(paths.SAM, "sam.txt", _install_by_uv)
        _ensure(paths.MINISTACK, "ministack.txt", _install_by_uv)
        if checks:
            _ensure(paths.CHECKOV, "checkov.txt", _install_by_uv)


def install_node() -> None:
    """Bring Node's environment up; only a machine that has none of its own needs it."""
    with exclusive(paths.TOOLS / "lock", "installing tools"):
        _ensure(paths.NODE, "node.txt", _install_by_uv)


def install_peers() -> None:
    """Bring up the environment of what benchmarks compare with."""
    with exclusive(paths.TOOLS / "lock", "installing tools"):
        _ensure(paths.PEERS, "peers.txt", _install_by_uv)


def _ensure(folder: Path, requirements: str, install_into: Callable[[Path, Path], None]) -> None:
    stamp = folder / ".installed"
    file = paths.REQUIREMENTS / requirements
    # An environment knows its interpreter and its own place, so it is made anew when one of them has changed.
    wanted = hashlib.sha256(f"{sys.version}{folder}{file.read_text()}".encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"installing requirements/{requirements}", end=" ", flush=True)
    started = time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)
    install_into(folder, file)
    stamp.write_text(wanted)
    print(f"{time.monotonic() - started:.0f} s", flush=True)


def _install_by_pip(folder: Path, requirements: Path) -> None:
    try:
        venv.create(folder, symlinks=True, with_pip=True)
    except (subprocess.CalledProcessError, ImportError) as error:
        raise InstallFailed("Python comes without venv; on Debian and Ubuntu: apt install python3.13-venv") from error
    pip = (folder / "bin/python", "-m", "pip")
    _run(*pip, "install", "--quiet", "--retries", "1", "--require-hashes", "-r", requirements)


def _install_by_uv(folder: Path, requirements: Path) -> None:
    uv = paths.UV / "bin/uv"
    _run(uv, "venv", "--quiet", "--no-python-downloads", "--python", sys.executable, folder)
    python = folder / "bin/python"
    _run(uv, "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", "--python", python, requirements)


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        print("", *done.stdout.splitlines()[-LINES_OF_OUTPUT_SHOWN:], sep="\n", file=sys.stderr)
        raise InstallFailed("the tools could not be installed; the first run needs the network: is it there?")


if __name__ == "__main__":
    try:
        install(checks="checks" in sys.argv)
        if "node" in sys.argv:
            install_node()
        if "peers" in sys.argv:
            install_peers()
    except LocalStackError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit("\ninterrupted; the next run installs what is missing")
