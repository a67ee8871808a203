"""Errors of operations on a stack. All of them are a CommandError: one line that says what is wrong and what to do."""

from tooling.errors import CommandError


class AwsError(CommandError):
    """AWS refused a call, or could not be called."""


class NotHeldBack(CommandError):
    """The migrator did not hold back the sends of a restored database."""


class ReportFailed(CommandError):
    """The reporter sent no mail."""


class NothingBuilt(CommandError):
    """The admin site has not been built."""
