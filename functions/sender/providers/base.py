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
from typing import ClassVar, Protocol

from notifications.contracts.errors import NotificationsError
from notifications.contracts.phrases import Json
from notifications.contracts.reasons import WORDS, Reason, cause


class ProviderError(NotificationsError):
    """The provider did not accept a message.

    Args:
        words: the provider's own, or those of a library, fit to be shown: bounded and without secrets.
        code: the reason, if it is another than the usual one of the class.
        params: what the reason's phrase names besides the words.

    Attributes:
        cause: the reason with its parameters and in English.
    """

    usual: ClassVar[Reason]

    def __init__(self, words: str | None = None, *, code: Reason | None = None, **params: Json) -> None:
        given = params if words is None else {**params, WORDS: words}
        self.cause = cause(code or self.usual, **given)
        super().__init__(self.cause.text)


class Rejected(ProviderError):
    """The provider refuses this message for good."""

    usual = Reason.PROVIDER_REJECTED


class Repeated(ProviderError):
    """The provider refuses this call, since it has accepted the id before."""

    usual = Reason.PROVIDER_REPEATED


class Unauthorized(ProviderError):
    """The provider does not accept our token."""

    usual = Reason.PROVIDER_UNAUTHORIZED


class Unavailable(ProviderError):
    """The provider was not reached, or did not answer with a success.

    Args:
        retry_after: how long the provider asks to be left alone.
    """

    usual = Reason.PROVIDER_UNAVAILABLE

    def __init__(
        self,
        words: str | None = None,
        *,
        retry_after: timedelta | None = None,
        code: Reason | None = None,
        **params: Json,
    ) -> None:
        super().__init__(words, code=code, **params)
        self.retry_after = retry_after


class Throttled(Unavailable):
    """The provider wants fewer calls."""

    usual = Reason.PROVIDER_THROTTLED


class OutcomeUnknown(Unavailable):
    """The call ended without an answer after the message had been sent.

    Args:
        timed_out: whether the time for the call was over.
    """

    usual = Reason.PROVIDER_UNKNOWN_OUTCOME

    def __init__(
        self, words: str | None = None, *, timed_out: bool = False, code: Reason | None = None, **params: Json
    ) -> None:
        super().__init__(words, retry_after=None, code=code, **params)
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
