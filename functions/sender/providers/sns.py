"""Amazon SNS provider: a text message to a phone by `Publish`.

SNS does not recognise repeated ids, so a mailing's default is `on_unknown: hold` (`ProviderKind.deduplicates`).
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ProxyConnectionError,
)

from notifications.contracts.reasons import Reason
from notifications.texts.redaction import redact
from sender.providers.answers import TABLE, Body, Meaning, Table, meaning_of
from sender.providers.base import (
    CALL_DEADLINE,
    CONNECT_DEADLINE,
    OptedOut,
    OutcomeUnknown,
    OutgoingMessage,
    ProviderError,
    Rejected,
    Throttled,
    Unauthorized,
    Unavailable,
)

NOT_REACHED = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError, NoCredentialsError)
# Errors whose code says more than their HTTP status.
FAILURES: dict[str, type[ProviderError]] = {
    "InvalidParameter": Rejected,
    "InvalidParameterValue": Rejected,
    "ParameterValueInvalid": Rejected,
    "ValidationException": Rejected,
    "OptedOut": OptedOut,
    "OptedOutException": OptedOut,
    "AuthorizationError": Unauthorized,
    "AccessDenied": Unauthorized,
    "AccessDeniedException": Unauthorized,
    "InvalidClientTokenId": Unauthorized,
    "ExpiredToken": Unauthorized,
    "SignatureDoesNotMatch": Unauthorized,
    "Throttled": Throttled,
    "ThrottledException": Throttled,
    "Throttling": Throttled,
    "ThrottlingException": Throttled,
}


class Publisher(Protocol):
    """The part of boto3's SNS client that is used."""

    def publish(self, *, PhoneNumber: str, Message: str) -> Any:  # noqa: N803 - AWS's names
        """Send a text message."""


def client_config(connections: int) -> Config:
    """Return the client's settings. They turn off retries: only the sender knows if a call may be repeated."""
    return Config(
        max_pool_connections=connections,
        connect_timeout=CONNECT_DEADLINE.total_seconds(),
        read_timeout=(CALL_DEADLINE - CONNECT_DEADLINE).total_seconds(),
        retries={"total_max_attempts": 1},
    )


class SnsProvider:
    """Provider by Amazon SNS.

    Args:
        client: boto3's client with `client_config`.
        name: see `Provider`.
        connections: greatest number of concurrent calls.
        table: table of answers, for errors that are known by their HTTP status only.
    """

    def __init__(self, client: Publisher, *, name: str, connections: int, table: Table = TABLE) -> None:
        self.name = name
        self._client = client
        self._table = table
        self._threads = ThreadPoolExecutor(connections)

    async def send(self, message: OutgoingMessage) -> None:
        """Deliver one message (see `Provider`)."""
        try:
            async with asyncio.timeout(CALL_DEADLINE.total_seconds()):
                publish = partial(self._client.publish, PhoneNumber=f"+{message.phone}", Message=message.text)
                await asyncio.get_running_loop().run_in_executor(self._threads, publish)
        except TimeoutError:
            raise OutcomeUnknown(
                code=Reason.PROVIDER_TIMEOUT, seconds=CALL_DEADLINE.total_seconds(), timed_out=True
            ) from None
        except ClientError as error:
            raise _failure(error, self._table) from None
        except NOT_REACHED as error:
            raise Unavailable(redact(str(error)), code=Reason.PROVIDER_UNREACHABLE) from None
        except BotoCoreError as error:
            raise OutcomeUnknown(redact(str(error)), code=Reason.CONNECTION_BROKEN) from None


def _failure(error: ClientError, table: Table) -> ProviderError:
    answer = error.response["Error"]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    is_unknown = meaning_of(status, Body.UNCLEAR, table) == Meaning.UNKNOWN
    kind = FAILURES.get(answer.get("Code", ""), OutcomeUnknown if is_unknown else Unavailable)
    return kind(redact(f"{answer.get('Code')}: {answer.get('Message')}"))
