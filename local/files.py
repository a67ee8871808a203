"""Files that others read: whole or not there at all, and for their owner only."""

import tempfile
from pathlib import Path


def write(path: Path, text: str) -> None:
    """Put the text into the file at once, in mode 0600."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Such a file has mode 0600 from its first moment.
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=path.name, delete=False) as file:
        file.write(text)
    Path(file.name).replace(path)


def tail(path: Path, lines: int) -> str:
    """The last lines of a log."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""
