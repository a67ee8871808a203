"""Amazon SNS provider: a text message to a phone by `Publish`.

SNS does not recognise repeated ids, so a mailing's default is `on_unknown: hold` (`ProviderKind.deduplicates`). It
sends no receipts: its delivery log goes to CloudWatch alone.
"""

from functools import partial
from typing import Any, Protocol

from notifications.providers.catalog import ProviderSpec
from sender.providers.answers import table_of
from sender.providers.aws import AwsCalls, Failures
from sender.providers.base import OptedOut, OutgoingMessage, Rejected, Unauthorized
from sender.providers.identities import identity_of

FAILURES: Failures = {
    "InvalidParameter": Rejected,
    "InvalidParameterValue": Rejected,
    "ParameterValueInvalid": Rejected,
    "ValidationException": Rejected,
    "OptedOut": OptedOut,
    "OptedOutException": OptedOut,
    "AuthorizationError": Unauthorized,
}


class Publisher(Protocol):
    """The part of boto3's SNS client that is used."""

    def publish(self, **request: Any) -> Any:
        """Send a text message."""


class SnsProvider:
    """Provider by Amazon SNS.

    Args:
        client: boto3's client with `client_config`.
        connections: greatest number of concurrent calls.
    """

    def __init__(self, client: Publisher, spec: ProviderSpec, *, connections: int) -> None:
        self.name = spec.name
        self._client = client
        self._spec = spec
        self._calls = AwsCalls(FAILURES, table_of(spec.http_500), connections=connections)

    async def send(self, message: OutgoingMessage) -> None:
        """Deliver one message (see `Provider`)."""
        request: dict[str, Any] = {"PhoneNumber": f"+{message.phone}", "Message": message.text}
        if identity := identity_of(self._spec, message):
            request["MessageAttributes"] = {"AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": identity}}
        await self._calls.make(partial(self._client.publish, **request), hidden=[message.text, message.phone])
