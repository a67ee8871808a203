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


class DeploymentRunning(CommandError):
    """A deployment of the stack has not ended."""


class NotForSync(CommandError):
    """The stack takes new code by deployments only."""


class StackTooOld(CommandError):
    """The stack lacks resources that a later version creates."""


class NoAdminSite(CommandError):
    """The stack was deployed without an admin site."""


class ClientsNotAccepted(CommandError):
    """The API's authorizer does not accept the clients of the user pool."""


class BadMachineName(CommandError):
    """Cognito or the command line cannot take the name of a machine."""


class TooManyMachines(CommandError):
    """The API accepts no further machine client."""


class NoSuchMachine(CommandError):
    """No machine client has this name or id."""


class ChangeSetFailed(CommandError):
    """A change set was not created, or cannot be executed, or its execution failed."""
