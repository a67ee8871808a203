"""Locks between commands, which the operating system releases when their holder ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(path: Path, purpose: str, *, silent: bool = False) -> Iterator[None]:
    """Hold an exclusive lock, and wait for it while another process holds it.

    Args:
        path: the lock's file, created if missing.
        purpose: what the lock is held for, shown to whoever waits for it.
        silent: wait without a line that names the holder.
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
