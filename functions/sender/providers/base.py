"""The interface of a provider and its errors.

ProviderError
├── Rejected            never accepts this message
├── OptedOut            accepts no message to this phone: its owner has opted out
├── Repeated            has accepted this message's id before
├── Unauthorized        does not accept the bearer token, whatever the message
└── Unavailable         does not accept now: try again later
    ├── Throttled       limits the rate of calls
    └── OutcomeUnknown  received the message and may have accepted it
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar, Protocol

from notifications.contracts.enumerations import Category
from notifications.contracts.errors import NotificationsError
from notifications.contracts.phrases import Json
from notifications.contracts.reasons import WORDS, Reason, cause


class ProviderError(NotificationsError):
    """The provider did not accept a message.

    Args:
        words: the words of the provider or of a library, bounded and without secrets.
        code: the reason, if it differs from the class's usual one.
        params: other parameters of the reason's phrase.

    Attributes:
        cause: the reason with its parameters and its English text.
    """

    usual: ClassVar[Reason]

    def __init__(self, words: str | None = None, *, code: Reason | None = None, **params: Json) -> None:
        given = params if words is None else {**params, WORDS: words}
        self.cause = cause(code or self.usual, **given)
        super().__init__(self.cause.text)


class Rejected(ProviderError):
    """The provider refuses this message for good."""

    usual = Reason.PROVIDER_REJECTED


class OptedOut(ProviderError):
    """The provider refuses messages to this phone, since its owner has opted out there.

    Attributes:
        words: the words of the provider.
    """

    usual = Reason.OPTED_OUT

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


class Repeated(ProviderError):
    """The provider refuses this call because it has accepted the message's id before."""

    usual = Reason.PROVIDER_REPEATED


class Unauthorized(ProviderError):
    """The provider does not accept the bearer token."""

    usual = Reason.PROVIDER_UNAUTHORIZED


class Unavailable(ProviderError):
    """The provider was not reached, or did not answer with a success.

    Args:
        retry_after: the pause that the provider asks for.
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
    """The provider limits the rate of calls."""

    usual = Reason.PROVIDER_THROTTLED


class OutcomeUnknown(Unavailable):
    """The message was sent, and no answer says if it was accepted.

    Args:
        timed_out: True if the call's deadline passed.
    """

    usual = Reason.PROVIDER_UNKNOWN_OUTCOME

    def __init__(
        self,
        words: str | None = None,
        *,
        timed_out: bool = False,
        retry_after: timedelta | None = None,
        code: Reason | None = None,
        **params: Json,
    ) -> None:
        super().__init__(words, retry_after=retry_after, code=code, **params)
        self.timed_out = timed_out


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """A message as a provider gets it.

    Attributes:
        id: the same for every attempt, so that the provider can refuse repeats.
        phone: E.164 digits.
        valid_for: time from now on within which the message may be delivered.
    """

    id: int
    phone: str = field(repr=False)
    text: str = field(repr=False)
    category: Category
    valid_for: timedelta


class Provider(Protocol):
    """Interface of a provider that delivers messages."""

    @property
    def name(self) -> str:
        """Return the name under which the circuit breaker and the rate limiter are stored."""

    async def send(self, message: OutgoingMessage) -> None:
        """Deliver one message, within `CALL_DEADLINE`. Return once the provider has accepted it.

        Raises:
            ProviderError: the provider did not accept the message, or the outcome is unknown.
        """


# For a whole call, connection and body included: a provider that answers byte by byte never meets a read timeout.
CALL_DEADLINE = timedelta(seconds=10)
# A provider that is not reached by then knows nothing of the message, and another call costs little.
CONNECT_DEADLINE = timedelta(seconds=3)
# Concurrent calls of one instance.
MAX_CONCURRENT_CALLS = 50
