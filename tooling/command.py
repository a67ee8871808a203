"""The end of a command: its exit code, and the lines that it prints about an error."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path

from tooling.errors import CommandError, ProcessFailed

LOG_LINES_SHOWN = 25
INTERRUPTED = 130


def run(command: Callable[[], object], *, if_interrupted: str = "interrupted") -> int:
    """Run a command and print the error that ends it, if one does.

    Args:
        command: raises CommandError for what a person can mend.
        if_interrupted: the line for a person who has interrupted the command.

    Returns:
        The exit code: 0, 1 after a CommandError, 130 after an interrupt.
    """
    end_by_keyboard_interrupt()
    try:
        command()
    except CommandError as error:
        if isinstance(error, ProcessFailed):
            print(last_lines(error.log, LOG_LINES_SHOWN), file=sys.stderr)
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(if_interrupted, file=sys.stderr)
        return INTERRUPTED
    return 0


def last_lines(path: Path, count: int) -> str:
    """Return the last lines of a file, or nothing if there is no such file."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-count:]) if path.exists() else ""


def end_by_keyboard_interrupt() -> None:
    """Have SIGTERM and a closed terminal end this process as Ctrl-C does: by KeyboardInterrupt."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.default_int_handler)
