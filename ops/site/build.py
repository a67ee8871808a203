"""Builds the admin site into `admin_site/dist` if its sources have changed."""

import os
from collections.abc import Mapping, Sequence
from typing import NoReturn

from ops.site import node
from tooling import paths
from tooling.fingerprint import Stamp, fingerprint
from tooling.lock import exclusive
from tooling.process import BackgroundProcess

SOURCE = paths.ROOT / "admin_site"
OUTPUT = SOURCE / "dist"
LOCK_FILE = SOURCE / "package-lock.json"
# The types of the API's calls are generated from the API's document.
SOURCES = (
    *(SOURCE / name for name in ("src", "public", "index.html", "vite.config.ts", "tsconfig.json", "package.json")),
    LOCK_FILE,
    paths.ROOT / "docs/api/openapi.json",
)
# All stacks of a checkout have the same site.
STATE = paths.TOOLS / "site"
BUILT = Stamp(STATE / "built")
INSTALLED = Stamp(STATE / "installed")


def is_built() -> bool:
    """Return True if `admin_site/dist` has been built from the current sources."""
    return BUILT.matches(fingerprint(SOURCES)) and (OUTPUT / "index.html").exists()


def build() -> bool:
    """Build the site if its sources have changed. Waits while another process builds it.

    Returns:
        False if the site was built already.

    Raises:
        CommandError: Node or a package cannot be installed, or the sources have an error.
    """
    with exclusive(STATE / "lock", "building the admin site", silent=True):
        if is_built():
            return False
        sources = fingerprint(SOURCES)
        BUILT.clear()
        environment = node.environment()
        _install(environment)
        _npm("build", environment, "run", "build")
        BUILT.write(sources)
        return True


def become_npm(arguments: Sequence[str]) -> NoReturn:
    """Install the site's packages, then replace this process by npm with these arguments."""
    with exclusive(STATE / "lock", "installing the admin site's packages"):
        environment = node.environment()
        _install(environment)
    os.execvpe("npm", ["npm", "--prefix", str(SOURCE), *arguments], environment)  # noqa: S606 - a program, and no shell


def _install(environment: Mapping[str, str]) -> None:
    packages = fingerprint([LOCK_FILE])
    if not (INSTALLED.matches(packages) and (SOURCE / "node_modules").exists()):
        INSTALLED.clear()
        _npm("install", environment, "ci", "--no-audit", "--no-fund")
        INSTALLED.write(packages)


def _npm(name: str, environment: Mapping[str, str], *arguments: str) -> None:
    log_file = STATE / "logs" / f"npm-{name}.log"
    BackgroundProcess(log_file, ["npm", "--prefix", SOURCE, *arguments], environment).run()
