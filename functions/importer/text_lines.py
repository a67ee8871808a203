"""Lines of an uploaded file: blocks of bytes are decompressed, split and decoded one after the other."""

import zlib
from collections.abc import Iterator

from notifications.clients.imports.csv_rows import MAX_LINE, quote_open
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.texts.beginnings import REPLACEMENT, require_text

GZIP_MARK = b"\x1f\x8b"
# Bytes that are decompressed at once, however much they were compressed.
DECOMPRESSED_BLOCK = 1024 * 1024
# A decompressor that expects the header and the checksum of gzip.
_GZIP = 16 + zlib.MAX_WBITS


def decompress(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the text of a gzip file, also of several that were put together.

    Raises:
        InvalidInput: the file is damaged, or ends early.
    """
    member = zlib.decompressobj(_GZIP)
    try:
        for block in blocks:
            waiting = block
            while waiting:
                if member.eof:
                    member = zlib.decompressobj(_GZIP)
                yield member.decompress(waiting, DECOMPRESSED_BLOCK)
                waiting = member.unused_data if member.eof else member.unconsumed_tail
    except zlib.error:
        raise _damaged() from None
    if not member.eof:
        raise _damaged()


def skip(blocks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Yield the blocks without their first `size` bytes."""
    for block in blocks:
        if size < len(block):
            yield block[size:]
        size = max(0, size - len(block))


def _damaged() -> InvalidInput:
    return InvalidInput("file", ProblemCode.GZIP_DAMAGED)


def split(blocks: Iterator[bytes]) -> Iterator[bytes]:
    r"""Yield the lines of a text with their ends, which are `\n`, `\r\n` or `\r`."""
    rest = b""
    for block in blocks:
        lines = (rest + block).splitlines(keepends=True)
        # The last line may go on, and its `\r` may be followed by `\n`.
        rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        yield from lines
        if len(rest) > MAX_LINE:
            break
    if rest:
        yield rest


class TextLines:
    """Lines of a CSV file from a position on.

    Attributes:
        offset: number of bytes in front of the next line.
        line: number of the next line.
    """

    def __init__(self, blocks: Iterator[bytes], *, offset: int, line: int) -> None:
        self.offset = offset
        self.line = line
        self._lines = split(blocks)

    def __iter__(self) -> Iterator[str]:
        """Return the lines that have not been taken."""
        return self

    def __next__(self) -> str:
        """Take the next line.

        Raises:
            InvalidInput: it is not UTF-8 or too long, or is the beginning of another kind of file.
        """
        data = next(self._lines)
        if len(data) > MAX_LINE:
            raise quote_open(self.line)
        is_first = not self.offset
        self.offset += len(data)
        text = data.decode("utf-8-sig" if is_first else "utf-8", errors="replace")
        if is_first:
            require_text(text)
        if REPLACEMENT in text:
            raise InvalidInput("body", ProblemCode.BODY_NOT_UTF8, line=self.line)
        self.line += 1
        return text
