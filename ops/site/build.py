"""Builds the admin site: static files, the same for every stage.

`python -m ops.site.build` builds it, `python -m ops.site.build run dev` and the like are npm's commands.
"""

import hashlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from local.processes.background import Background
from ops.site import node
from tooling import paths
from tooling.errors import CommandFailed, LocalStackError
from tooling.fingerprint import fingerprint
from tooling.lock import exclusive

SOURCE = paths.ROOT / "admin_site"
BUILT = SOURCE / "dist"
# What is built from: the types of the API's calls come from its document.
SOURCES = (
    *(SOURCE / name for name in ("src", "public", "index.html", "vite.config.ts", "tsconfig.json", "package.json")),
    SOURCE / "package-lock.json",
    paths.ROOT / "docs/api/openapi.json",
)
# Every stack of a checkout has the same site.
STATE = paths.TOOLS / "site"


@dataclass(frozen=True)
class Stamp:
    """What a step was done with last, so that it is not done again with the same."""

    file: Path

    def holds(self, wanted: str) -> bool:
        """Whether that is what it was done with."""
        return self.file.exists() and self.file.read_text() == wanted

    def write(self, wanted: str) -> None:
        """It has been done with that."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(wanted)


def build_aside() -> None:
    """Begin to build what has changed, in a process of its own; `build` awaits it."""
    if not _is_built():
        Background("build", STATE).start([sys.executable, "-m", "ops.site.build"], os.environ)


def build() -> bool:
    """Have the site in `admin_site/dist`; False when it was there. Without Node or network, a LocalStackError."""
    with exclusive(STATE / "lock", "building the admin site", silent=True):
        if _is_built():
            return False
        wanted, built = fingerprint(SOURCES), Stamp(STATE / "built")
        built.file.unlink(missing_ok=True)
        environ = node.environment()
        install(environ)
        _npm("build", environ, "run", "build")
        built.write(wanted)
        return True


def _is_built() -> bool:
    return Stamp(STATE / "built").holds(fingerprint(SOURCES)) and (BUILT / "index.html").exists()


def install(environ: dict[str, str]) -> None:
    """Have what the site is built with, exactly as the lock file has it."""
    wanted = hashlib.sha256((SOURCE / "package-lock.json").read_bytes()).hexdigest()
    installed = Stamp(STATE / "installed")
    if not (installed.holds(wanted) and (SOURCE / "node_modules").exists()):
        _npm("install", environ, "ci", "--no-audit", "--no-fund")
        installed.write(wanted)


def _npm(name: str, environ: dict[str, str], *arguments: str) -> None:
    Background(f"npm-{name}", STATE).run(["npm", "--prefix", SOURCE, *arguments], environ)


def main(arguments: Sequence[str]) -> None:
    """Build, or become npm with these arguments once it has what it needs."""
    if not arguments:
        print("built" if build() else "nothing has changed", f"in {BUILT.relative_to(paths.ROOT)}")
        return
    with exclusive(STATE / "lock", "installing what the admin site needs"):
        environ = node.environment()
        install(environ)
    os.execvpe("npm", ["npm", "--prefix", str(SOURCE), *arguments], environ)  # noqa: S606 - a program, and no shell


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except LocalStackError as error:
        if isinstance(error, CommandFailed):
            print(error.log.read_text(errors="replace"), file=sys.stderr)
        sys.exit(f"error: {error}")
