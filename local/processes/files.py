"""Files that others read: whole or not there at all, and for their owner only."""

import shutil
import tempfile
import threading
import time
from pathlib import Path


def write(path: Path, text: str) -> None:
    """Put the text into the file at once, in mode 0600."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Such a file has mode 0600 from its first moment.
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=path.name, delete=False) as file:
        file.write(text)
    Path(file.name).replace(path)


def renew(folder: Path) -> None:
    """Have the folder, and empty, at once; what was in it is deleted while the caller goes on."""
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}.old-{time.time_ns()}"))
    folder.mkdir(parents=True)
    for old in folder.parent.glob(f"{folder.name}.old-*"):
        # What is not deleted when the process ends, the next time deletes.
        threading.Thread(target=shutil.rmtree, args=(old,), kwargs={"ignore_errors": True}, daemon=True).start()


def tail(path: Path, lines: int) -> str:
    """The last lines of a log."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""
