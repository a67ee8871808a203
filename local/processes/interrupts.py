"""Ctrl-C and its kin: one way out of everything, and moments in which it has to wait."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def install() -> None:
    """Let a closed terminal and a polite kill end a command as Ctrl-C does: by KeyboardInterrupt."""
    for each in SIGNALS:
        signal.signal(each, signal.default_int_handler)


@contextmanager
def postponed() -> Iterator[None]:
    """Within, an interrupt waits for the end: for steps that must be done whole or not at all."""
    seen: list[int] = []

    def remember(number: int, _: FrameType | None) -> None:
        seen.append(number)

    before = {each: signal.signal(each, remember) for each in SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    if seen:
        raise KeyboardInterrupt
