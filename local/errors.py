"""Errors of the local stack, each printed as one line with the state, its cause and the remedy."""

from tooling.errors import CommandError


class BadSetting(CommandError):
    """A setting or an argument has a value that cannot be used."""


class PortTaken(CommandError):
    """Another process listens on a port that the stack needs."""


class NotRunning(CommandError):
    """The command needs a running stack."""


class SimulatorOutdated(CommandError):
    """The running simulator is that of an earlier version of the project."""


class ApiError(CommandError):
    """The REST API answered a call with an error."""


class NotReconciled(CommandError):
    """A mailing makes no progress, or its counts differ."""
