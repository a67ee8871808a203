"""Position of an import: what of its file has been read, and which of its clients have been stored."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Position from which the next part continues. It is the cursor of the import's job.

    Attributes:
        offset: bytes of the text that have been read; the header included.
        bytes_done: bytes of the file that have been read, which may be compressed.
        line: number of the next line.
        separator: separator of the fields; empty before the header is read.
        columns: columns of the header.
        rows: rows that have been read.
        refused: rows among them that are invalid.
        staged: rows among them that wait in `import_row`.
        is_read: True when the whole file has been read, and its clients are being stored.
        phone: the last phone whose client has been stored.
    """

    offset: int = 0
    bytes_done: int = 0
    line: int = 1
    separator: str = ""
    columns: Sequence[str] = field(default=())
    rows: int = 0
    refused: int = 0
    staged: int = 0
    is_read: bool = False
    phone: str = ""

    @classmethod
    def of(cls, cursor: Mapping[str, Any] | None) -> Self:
        """Return the position of a job's cursor."""
        return cls(**cursor or {})

    def as_json(self) -> dict[str, Any]:
        """Return the position as a job's cursor."""
        return asdict(self)
