"""Provider whose settings cannot be used: it makes no call, so that messages are kept until they are mended."""

from notifications.contracts.reasons import Reason
from sender.providers.base import OutgoingMessage, Unauthorized


class UnusableProvider:
    """Provider that refuses every message with the error in its settings, as a provider refuses a token.

    Args:
        name: see `Provider`.
        error: the part of the settings that is wrong, and the remedy.
    """

    def __init__(self, name: str, error: str) -> None:
        self.name = name
        self._error = error

    async def send(self, message: OutgoingMessage) -> None:  # noqa: ARG002 - nothing is sent
        """Raise the error (see `Provider`)."""
        raise Unauthorized(code=Reason.PROVIDER_SETTINGS, error=self._error)
