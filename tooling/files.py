"""Atomic writes of private files, and fast emptying of folders."""

import shutil
import tempfile
import threading
import time
from pathlib import Path


def write(path: Path, text: str) -> None:
    """Write the text atomically with mode 0600."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # A temporary file has mode 0600 from its first moment.
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=path.name, delete=False) as file:
        file.write(text)
    Path(file.name).replace(path)


def empty(folder: Path) -> None:
    """Empty a folder at once; its old content is deleted in the background."""
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}.old-{time.time_ns()}"))
    folder.mkdir(parents=True)
    for old in folder.parent.glob(f"{folder.name}.old-*"):
        # The next call deletes the rest if this process ends first.
        threading.Thread(target=shutil.rmtree, args=(old,), kwargs={"ignore_errors": True}, daemon=True).start()
