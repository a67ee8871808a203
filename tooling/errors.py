"""Errors that end a command.

CommandError
├── InstallFailed
└── ProcessFailed
"""

from pathlib import Path


class CommandError(Exception):
    """Base of all errors that a command prints as one line: state, cause and remedy."""


class InstallFailed(CommandError):
    """A tool could not be installed."""


class ProcessFailed(CommandError):
    """A process ended with an error, or does not answer.

    Attributes:
        log: the file with the process's output.
    """

    def __init__(self, message: str, log: Path) -> None:
        super().__init__(f"{message}. Read its log: {log}")
        self.log = log
