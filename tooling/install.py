"""Installs the tools with nothing but Python: uv by pip, everything else by uv, all pinned by hashes.

`python -m tooling.install [checks] [node] [peers]` installs these besides the tools of the local stack.
"""

import hashlib
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from tooling import command, paths
from tooling.errors import InstallFailed
from tooling.fingerprint import Stamp
from tooling.lock import exclusive

OUTPUT_LINES_SHOWN = 15
# Requirements by environment: of the local stack, then of each option.
ALWAYS = {paths.PROJECT: "dev.txt", paths.SAM: "sam.txt", paths.MINISTACK: "ministack.txt"}
OPTIONAL = {
    "checks": {paths.CHECKOV: "checkov.txt"},
    "node": {paths.NODE: "node.txt"},
    "peers": {paths.PEERS: "peers.txt"},
}


def install(options: Sequence[str] = ()) -> None:
    """Install every environment whose requirements have changed.

    Args:
        options: names in OPTIONAL to install too.
    """
    with exclusive(paths.TOOLS / "lock", "installing tools"):
        _ensure(paths.UV, "uv.txt", _install_by_pip)
        for folder, requirements in ALWAYS.items():
            _ensure(folder, requirements, _install_by_uv)
        _install_options(options)


def install_node() -> None:
    """Install Node on a machine without a recent one."""
    with exclusive(paths.TOOLS / "lock", "installing tools"):
        _install_options(["node"])


def _install_options(options: Sequence[str]) -> None:
    for option in options:
        for folder, requirements in OPTIONAL[option].items():
            _ensure(folder, requirements, _install_by_uv)


def _ensure(folder: Path, requirements: str, install_into: Callable[[Path, Path], None]) -> None:
    file = paths.REQUIREMENTS / requirements
    # An environment depends on its interpreter and its path, so it is created again when one of them has changed.
    wanted = hashlib.sha256(f"{sys.version}{folder}{file.read_text()}".encode()).hexdigest()
    stamp = Stamp(folder / ".installed")
    if stamp.matches(wanted):
        return
    print(f"installing requirements/{requirements}", end=" ", flush=True)
    started = time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)
    install_into(folder, file)
    stamp.write(wanted)
    print(f"{time.monotonic() - started:.0f} s", flush=True)


def _install_by_pip(folder: Path, requirements: Path) -> None:
    try:
        venv.create(folder, symlinks=True, with_pip=True)
    except (subprocess.CalledProcessError, ImportError) as error:
        raise InstallFailed(
            "Python has no venv module. On Debian and Ubuntu install it with: apt install python3.13-venv"
        ) from error
    pip = (folder / "bin/python", "-m", "pip")
    _run(*pip, "install", "--quiet", "--retries", "1", "--require-hashes", "-r", requirements)


def _install_by_uv(folder: Path, requirements: Path) -> None:
    uv = paths.UV / "bin/uv"
    _run(uv, "venv", "--quiet", "--no-python-downloads", "--python", sys.executable, folder)
    python = folder / "bin/python"
    _run(uv, "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", "--python", python, requirements)


def _run(*arguments: str | Path) -> None:
    done = subprocess.run(arguments, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        print("", *done.stdout.splitlines()[-OUTPUT_LINES_SHOWN:], sep="\n", file=sys.stderr)
        raise InstallFailed(
            "a tool could not be installed; the lines above say why. A first installation needs the network: "
            "check the connection and run the command again"
        )


if __name__ == "__main__":
    sys.exit(
        command.run(
            partial(install, sys.argv[1:]), if_interrupted="\ninterrupted. Run the command again to install the rest."
        )
    )
