"""A fingerprint of everything that a deployment is made of: the same one means that nothing has to be done."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path


def fingerprint(sources: Iterable[Path], parameters: Mapping[str, str] | None = None) -> str:
    """The digest of files, folders of files, and parameters.

    Args:
        sources: files and folders; compiled Python in them does not count.
        parameters: names and values.
    """
    digest = hashlib.sha256(json.dumps(parameters or {}, sort_keys=True).encode())
    for source in sources:
        for path in sorted([source, *source.rglob("*")]):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(source.parent)}\0{path.stat().st_size}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()
