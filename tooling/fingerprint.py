"""Fingerprints of a step's inputs, so that a step whose inputs have not changed is skipped."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


def fingerprint(sources: Iterable[Path], parameters: Mapping[str, str] | None = None) -> str:
    """Return a digest of files and parameters.

    Args:
        sources: files and folders; compiled Python is ignored.
        parameters: values by name.
    """
    digest = hashlib.sha256(json.dumps(parameters or {}, sort_keys=True).encode())
    for source in sources:
        for path in sorted([source, *source.rglob("*")]):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(source.parent)}\0{path.stat().st_size}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class Stamp:
    """A file with the fingerprint of the inputs of a step's last success."""

    file: Path

    def matches(self, fingerprint: str) -> bool:
        """Return True if the step last succeeded with these inputs."""
        return self.file.exists() and self.file.read_text() == fingerprint

    def write(self, fingerprint: str) -> None:
        """Record that the step has succeeded with these inputs."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(fingerprint)

    def clear(self) -> None:
        """Forget the last success, before the step begins to change its output."""
        self.file.unlink(missing_ok=True)
