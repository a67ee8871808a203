"""AWS End User Messaging provider: a text message by `SendTextMessage`.

The service does not recognise repeated ids, so a mailing's default is `on_unknown: hold`. Our id travels in `Context`,
which the service's events carry.
"""

from functools import partial
from typing import Any, Final, Protocol

from notifications.contracts.enumerations import Category
from notifications.providers.catalog import ProviderSpec
from sender.providers.answers import table_of
from sender.providers.aws import AwsCalls, Failures
from sender.providers.base import OptedOut, OutgoingMessage, Rejected, Unavailable
from sender.providers.identities import identity_of

# Bounds of `TimeToLive`, in seconds.
SHORTEST_TIME: Final = 5
LONGEST_TIME: Final = 72 * 60 * 60
MESSAGE_TYPES: Final = {Category.MARKETING: "PROMOTIONAL", Category.SERVICE: "TRANSACTIONAL"}
FAILURES: Failures = {
    # Of this message or its phone. Other reasons concern an identity or the account, which a person can mend.
    "ConflictException DESTINATION_PHONE_NUMBER_OPTED_OUT": OptedOut,
    "ConflictException DESTINATION_PHONE_NUMBER_NOT_VERIFIED": Rejected,
    "ConflictException DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION": Rejected,
    "ConflictException DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE": Rejected,
    "ConflictException": Unavailable,
    "ResourceNotFoundException": Unavailable,
    # The month's or the day's limit. The breaker opens, and a probe finds the day on which there is room again.
    "ServiceQuotaExceededException": Unavailable,
    "ValidationException": Rejected,
}


class TextMessages(Protocol):
    """The part of boto3's client of AWS End User Messaging that is used."""

    def send_text_message(self, **request: Any) -> Any:
        """Send a text message."""


class EumProvider:
    """Provider by AWS End User Messaging.

    Args:
        client: boto3's client with `client_config`.
        configuration_set: name of the configuration set whose events are receipts; empty for none.
        connections: greatest number of concurrent calls.
    """

    def __init__(
        self, client: TextMessages, spec: ProviderSpec, *, configuration_set: str = "", connections: int
    ) -> None:
        self.name = spec.name
        self._client = client
        self._spec = spec
        self._configuration_set = configuration_set
        self._calls = AwsCalls(FAILURES, table_of(spec.http_500), connections=connections)

    async def send(self, message: OutgoingMessage) -> None:
        """Deliver one message (see `Provider`)."""
        request = request_of(self._spec, message, configuration_set=self._configuration_set)
        call = partial(self._client.send_text_message, **request)
        await self._calls.make(call, hidden=[message.text, message.phone])


def request_of(spec: ProviderSpec, message: OutgoingMessage, *, configuration_set: str) -> dict[str, Any]:
    """Return the parameters of `SendTextMessage` for a message.

    Raises:
        Unavailable: the provider has no sender identity for the message. The list has changed since the claim.
    """
    identity = identity_of(spec, message)
    if identity is None:
        raise Unavailable("no sender identity fits this message")
    request = {
        "DestinationPhoneNumber": f"+{message.phone}",
        "OriginationIdentity": identity,
        "MessageBody": message.text,
        "MessageType": MESSAGE_TYPES[message.category],
        "TimeToLive": min(max(int(message.valid_for.total_seconds()), SHORTEST_TIME), LONGEST_TIME),
        "Context": {"message_id": str(message.id), "provider": spec.name},
        "DryRun": spec.dry_run,
    }
    if spec.max_price is not None:
        request["MaxPrice"] = f"{spec.max_price:.5f}"
    if configuration_set:
        request["ConfigurationSetName"] = configuration_set
    return request
