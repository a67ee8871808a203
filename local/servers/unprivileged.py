"""PostgreSQL refuses to run as root. Root runs it as a user without rights, who has to reach its files."""

import os
import pwd
import stat
import subprocess
from pathlib import Path
from pwd import struct_passwd

USER = "pgserver"
READABLE = stat.S_IRGRP | stat.S_IROTH
PASSABLE = stat.S_IXGRP | stat.S_IXOTH


def account() -> struct_passwd | None:
    """Whom root runs the server as, made when missing; None when who calls is not root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", USER], check=True)
        return pwd.getpwnam(USER)


def make_readable(folder: Path) -> None:
    """Let everybody read a folder of programs, which a strict umask may have closed."""
    for path in (folder, *folder.rglob("*")):
        _add(path, READABLE | (PASSABLE if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0))


def make_reachable(path: Path) -> None:
    """Let everybody pass, not read, the folders that lead to a path."""
    for folder in path.parents:
        _add(folder, PASSABLE)


def _add(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode | bits != mode:
        path.chmod(mode | bits)
