"""What can go wrong with the local stack. A message is one line: what is wrong, and how to mend it.

LocalStackError
├── BadSetting
├── PortTaken
├── InstallFailed
├── CommandFailed
├── NotRunning
├── ApiRefused
├── ReportFailed
├── NotHeldBack
└── NotReconciled
"""

from pathlib import Path


class LocalStackError(Exception):
    """Base of all of them."""


class BadSetting(LocalStackError):
    """An environment variable has a value that cannot be used."""


class PortTaken(LocalStackError):
    """A port that the stack needs belongs to another process."""


class InstallFailed(LocalStackError):
    """A tool could not be installed."""


class CommandFailed(LocalStackError):
    """A process did not do its work.

    Attributes:
        log: the file that says why.
    """

    def __init__(self, message: str, log: Path) -> None:
        super().__init__(f"{message}; its log is {log}")
        self.log = log


class NotRunning(LocalStackError):
    """The command needs a stack, and there is none."""

    def __init__(self) -> None:
        super().__init__("the stack is not running; start it with: make up")


class ApiRefused(LocalStackError):
    """The REST API answered a call with an error."""


class ReportFailed(LocalStackError):
    """The reporter did not send its mail."""


class NotHeldBack(LocalStackError):
    """The migrator did not make a restored database safe."""


class NotReconciled(LocalStackError):
    """A mailing did not end, or its numbers do not agree."""
