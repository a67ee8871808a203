"""Runs a command, and turns its errors into a printed line and an exit code."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path

from tooling.errors import CommandError, ProcessFailed

LOG_LINES_SHOWN = 25
INTERRUPTED_EXIT_CODE = 130


def run(command: Callable[[], object], *, if_interrupted: str = "interrupted") -> int:
    """Run a command, and print its error if it fails.

    Args:
        command: the function to run; raises CommandError for an error that a person can mend.
        if_interrupted: the line to print after an interrupt.

    Returns:
        The exit code: 0, 1 after a CommandError, 130 after an interrupt.
    """
    raise_keyboard_interrupt_on_signals()
    try:
        command()
    except CommandError as error:
        if isinstance(error, ProcessFailed):
            print(last_lines(error.log, LOG_LINES_SHOWN), file=sys.stderr)
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(if_interrupted, file=sys.stderr)
        return INTERRUPTED_EXIT_CODE
    return 0


def last_lines(path: Path, count: int) -> str:
    """Return the last lines of a file, or an empty text if the file does not exist."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-count:]) if path.exists() else ""


def raise_keyboard_interrupt_on_signals() -> None:
    """Raise KeyboardInterrupt on SIGTERM and on SIGHUP (a closed terminal), as on Ctrl-C."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.default_int_handler)
