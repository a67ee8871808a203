"""What a provider is to the sender.

ProviderError
├── Rejected            this message will never be accepted
├── Repeated            it has accepted this id before
├── Unauthorized        our token is not accepted: no message's fault
└── Unavailable         not now: to be tried again
    ├── Throttled       too much at once
    └── OutcomeUnknown  it was told all, and may have accepted the message
"""

from datetime import timedelta
from typing import Protocol

from notifications.contracts.errors import NotificationsError


class ProviderError(NotificationsError):
    """The provider did not accept a message. Its text is for the operator: bounded and without secrets."""


class Rejected(ProviderError):
    """The provider refuses this message for good."""


class Repeated(ProviderError):
    """The provider refuses this call, since it has accepted the id before."""


class Unauthorized(ProviderError):
    """The provider does not accept our token."""


class Unavailable(ProviderError):
    """The provider was not reached, or did not answer with a success.

    Args:
        reason: what happened, in words for the operator.
        retry_after: how long the provider asks to be left alone.
    """

    def __init__(self, reason: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Throttled(Unavailable):
    """The provider wants fewer calls."""


class OutcomeUnknown(Unavailable):
    """The call ended without an answer after the message had been sent.

    Args:
        reason: what happened, in words for the operator.
        timed_out: whether the time for the call was over.
    """

    def __init__(self, reason: str, *, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.timed_out = timed_out


class Provider(Protocol):
    """Delivers messages."""

    @property
    def name(self) -> str:
        """What its breaker and its pace are kept under."""

    async def send(self, message_id: int, phone: str, text: str) -> None:
        """Deliver one message; the id is the same at every attempt. Returns only when it was accepted.

        Takes no longer than `CALL_DEADLINE`.

        Raises:
            ProviderError: it was not, or that is not known.
        """


# For a whole call, connection and body included: a provider that answers byte by byte never meets a read timeout.
CALL_DEADLINE = timedelta(seconds=10)
# A provider that is not reached by then knows nothing of the message, and another call costs little.
CONNECT_DEADLINE = timedelta(seconds=3)
