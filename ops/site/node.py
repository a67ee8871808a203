"""Finds Node for the build of the admin site: the machine's own if recent enough, otherwise Node from PyPI."""

import os
import shutil
import subprocess
from collections.abc import Callable

from tooling import install, paths

# The oldest version that Vite supports.
OLDEST_VERSION = (20, 19)


def environment(install_node: Callable[[], None] = install.install_node) -> dict[str, str]:
    """Return this process's environment with a recent node and npm on its PATH.

    Args:
        install_node: installs Node from PyPI; called only if the machine has none that is recent enough.

    Raises:
        InstallFailed: Node could not be installed.
    """
    if _has_recent_node():
        return dict(os.environ)
    install_node()
    return os.environ | {"PATH": os.pathsep.join([str(paths.NODE / "bin"), os.environ["PATH"]])}


def _has_recent_node() -> bool:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    done = subprocess.run([node, "--version"], check=False, capture_output=True, text=True)
    version = done.stdout.strip().removeprefix("v").split(".")[:2]
    return done.returncode == 0 and tuple(map(int, version)) >= OLDEST_VERSION
