"""Files for other processes to read: complete or absent, and readable by their owner only."""

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
    """Have an empty folder at once; its old content is deleted in the background."""
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}.old-{time.time_ns()}"))
    folder.mkdir(parents=True)
    for old in folder.parent.glob(f"{folder.name}.old-*"):
        # Whatever is left when this process ends is deleted the next time.
        threading.Thread(target=shutil.rmtree, args=(old,), kwargs={"ignore_errors": True}, daemon=True).start()
