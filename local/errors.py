"""Errors of the local stack. All of them are a CommandError: one line that says what is wrong and what to do."""

from tooling.errors import CommandError


class BadSetting(CommandError):
    """A setting or an argument has a value that cannot be used."""


class PortTaken(CommandError):
    """Another process listens on a port that the stack needs."""


class NotRunning(CommandError):
    """The command needs a running stack."""


class ApiError(CommandError):
    """The REST API answered a call with an error."""


class NotReconciled(CommandError):
    """A mailing does not end, or its counts do not agree."""
