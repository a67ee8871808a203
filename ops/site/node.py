"""Node, which builds the admin site: the machine's own where it is recent enough, else the one from PyPI."""

import os
import shutil
import subprocess

from tooling import install, paths

# What Vite asks for.
OLDEST = (20, 19)


def environment() -> dict[str, str]:
    """This process's environment, with a node and an npm on its PATH; InstallFailed if there can be none."""
    if _own_is_recent():
        return dict(os.environ)
    install.install_node()
    return os.environ | {"PATH": os.pathsep.join([str(paths.NODE / "bin"), os.environ["PATH"]])}


def _own_is_recent() -> bool:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    said = subprocess.run([node, "--version"], check=False, capture_output=True, text=True)
    version = said.stdout.strip().removeprefix("v").split(".")[:2]
    return said.returncode == 0 and tuple(map(int, version)) >= OLDEST
