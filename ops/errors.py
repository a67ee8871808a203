"""Errors of operations on a stack, each printed as one line with the state, its cause and the remedy."""

from tooling.errors import CommandError


class AwsError(CommandError):
    """AWS refused a call, or could not be reached."""


class NotHeldBack(CommandError):
    """The migrator did not pause the mailings of a restored database."""


class ReportFailed(CommandError):
    """The reporter sent no mail."""


class NothingBuilt(CommandError):
    """The admin site has not been built."""


class ChecksFailed(CommandError):
    """A check of a deployed stack failed."""


class NotForSync(CommandError):
    """The stack takes new code by deployments only."""


class NoAdminSite(CommandError):
    """The stack was deployed without an admin site."""
