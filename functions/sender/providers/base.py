"""What a provider is to the sender.

ProviderError
├── Rejected       this message will never be accepted
├── Unauthorized   our token is not accepted: no message's fault
└── Unavailable    not now, or not known: to be tried again
"""

from datetime import timedelta
from typing import Protocol

from notifications.errors import NotificationsError


class ProviderError(NotificationsError):
    """The provider did not accept a message."""


class Rejected(ProviderError):
    """The provider refuses this message for good."""


class Unauthorized(ProviderError):
    """The provider does not accept our token."""


class Unavailable(ProviderError):
    """The provider did not answer, or not with a success; it may or may not have taken the message.

    Args:
        reason: what happened, in words for the operator.
        retry_after: how long the provider asks to be left alone.
    """

    def __init__(self, reason: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Provider(Protocol):
    """Delivers messages."""

    async def send(self, message_id: int, phone: str, text: str) -> None:
        """Deliver one message; the id is the same at every attempt. Returns only when it was accepted.

        Raises:
            ProviderError: it was not, or that is not known.
        """
