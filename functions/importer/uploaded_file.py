"""An uploaded file that is open at a position."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from importer.position import Position
from importer.text_lines import GZIP_MARK, TextLines, decompress, skip
from notifications.clients.imports.csv_format import Header, Rules
from notifications.clients.imports.csv_rows import find_separator, read_rows
from notifications.clients.imports.uploads import Uploads


class UploadedFile:
    """Rows of an uploaded file from a position on.

    A compressed file is decompressed from its beginning, and what is in front of the position is skipped.

    Args:
        uploads: the bucket.
        params: parameters of the import's job.
        position: where to begin.
        rules: rules of the file.
    """

    def __init__(self, uploads: Uploads, params: Mapping[str, Any], position: Position, rules: Rules) -> None:
        self._uploads, self._params, self.rules = uploads, params, rules
        self._fetched = 0
        self._lines = TextLines(self._text(position.offset), offset=position.offset, line=position.line)
        if position.separator:
            self.separator, self.header = position.separator, Header(position.columns)
            self.rows = read_rows(self._lines, self.separator, line=position.line)
        else:
            self.separator, lines, line = find_separator(self._lines)
            self.rows = read_rows(lines, self.separator, line=line)
            self.header = Header.of(next(self.rows, None), rules)

    @property
    def offset(self) -> int:
        """Return the number of bytes of the text in front of the next row."""
        return self._lines.offset

    @property
    def line(self) -> int:
        """Return the number of the line on which the next row begins."""
        return self._lines.line

    @property
    def bytes_done(self) -> int:
        """Return the number of bytes of the file that have been fetched."""
        return self._fetched

    def _text(self, offset: int) -> Iterator[bytes]:
        beginning = next(self._blocks(0), b"") if offset else b""
        if offset and not beginning.startswith(GZIP_MARK):
            return self._blocks(offset)
        blocks = self._blocks(0)
        first = next(blocks, b"")
        text = chain([first], blocks)
        return skip(decompress(text), offset) if first.startswith(GZIP_MARK) else text

    def _blocks(self, start: int) -> Iterator[bytes]:
        self._fetched = start
        for block in self._uploads.read(self._params["key"], self._params["version"], start=start):
            self._fetched += len(block)
            yield block
