"""The functions' log, captured for a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from logging import StreamHandler

from notifications.contracts.observability import logger


@contextmanager
def captured_log() -> Iterator[StringIO]:
    """Capture the log as text instead of writing it to the standard output."""
    written = StringIO()
    handlers = [each for each in logger.handlers if isinstance(each, StreamHandler)]
    before = [handler.setStream(written) for handler in handlers]
    try:
        yield written
    finally:
        for handler, stream in zip(handlers, before, strict=True):
            handler.setStream(stream)
