"""Locks between commands, released by the operating system when the process that holds them ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(path: Path, purpose: str, *, silent: bool = False) -> Iterator[None]:
    """Hold an exclusive lock while the block runs. Waits while another process holds it.

    Args:
        path: the lock's file, created if missing.
        purpose: the reason for holding the lock, printed by processes that wait for it.
        silent: print nothing while waiting.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not silent:
                file.seek(0)
                print(f"waiting for another command to end: {file.read()}", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(0)
        file.write(f"{purpose} (pid {os.getpid()})")
        file.flush()
        yield
