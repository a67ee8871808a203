"""One command at a time: a lock that the operating system gives back when its holder ends, however that ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(path: Path, work: str, *, silent: bool = False) -> Iterator[None]:
    """Hold the lock, waiting for another holder with a line that says so.

    Args:
        path: the lock's file.
        work: what it is held for, as another process is told.
        silent: whether to wait without that line, where somebody is told already what is waited for.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not silent:
                file.seek(0)
                print(f"another command is at work here ({file.read()}), waiting for it to end", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(0)
        file.write(f"{work}, pid {os.getpid()}")
        file.flush()
        yield
