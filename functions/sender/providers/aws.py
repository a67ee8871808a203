"""Calls of AWS by boto3: made in threads, each within the deadline, with errors by their code."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

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
from sender.providers.answers import Body, Meaning, Table, meaning_of
from sender.providers.base import (
    CALL_DEADLINE,
    CONNECT_DEADLINE,
    OutcomeUnknown,
    ProviderError,
    Throttled,
    Unauthorized,
    Unavailable,
)

# Kinds of errors by their code, or by code and reason: "ConflictException DESTINATION_PHONE_NUMBER_OPTED_OUT".
type Failures = Mapping[str, type[ProviderError]]

NOT_REACHED = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError, NoCredentialsError)
# Errors of every service whose code says more than their HTTP status.
COMMON_FAILURES: Failures = {
    **dict.fromkeys(
        (
            "AccessDenied",
            "AccessDeniedException",
            "ExpiredToken",
            "ExpiredTokenException",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException",
        ),
        Unauthorized,
    ),
    **dict.fromkeys(("Throttled", "ThrottledException", "Throttling", "ThrottlingException"), Throttled),
}


def client_config(connections: int) -> Config:
    """Return the client's settings. They turn off retries: only the sender knows if a call may be repeated."""
    return Config(
        max_pool_connections=connections,
        connect_timeout=CONNECT_DEADLINE.total_seconds(),
        read_timeout=(CALL_DEADLINE - CONNECT_DEADLINE).total_seconds(),
        retries={"total_max_attempts": 1},
    )


class AwsCalls:
    """Calls of one service.

    Args:
        failures: kinds of the service's own errors.
        table: table of answers, for errors that are known by their HTTP status only.
        connections: greatest number of concurrent calls.
    """

    def __init__(self, failures: Failures, table: Table, *, connections: int) -> None:
        self._failures = {**COMMON_FAILURES, **failures}
        self._table = table
        self._threads = ThreadPoolExecutor(connections)

    async def make(self, call: Callable[[], object], *, hidden: Sequence[str]) -> None:
        """Make a call. Return once the service has accepted it.

        Args:
            hidden: texts and phones that no error may quote.

        Raises:
            ProviderError: the service did not accept the message, or the outcome is unknown.
        """
        try:
            async with asyncio.timeout(CALL_DEADLINE.total_seconds()):
                await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except TimeoutError:
            raise OutcomeUnknown(
                code=Reason.PROVIDER_TIMEOUT, seconds=CALL_DEADLINE.total_seconds(), timed_out=True
            ) from None
        except ClientError as error:
            raise self._failure(error, hidden) from None
        except NOT_REACHED as error:
            raise Unavailable(redact(str(error), hidden=hidden), code=Reason.PROVIDER_UNREACHABLE) from None
        except BotoCoreError as error:
            raise OutcomeUnknown(redact(str(error), hidden=hidden), code=Reason.CONNECTION_BROKEN) from None

    def _failure(self, error: ClientError, hidden: Sequence[str]) -> ProviderError:
        answer = error.response["Error"]
        code, reason = answer.get("Code", ""), error.response.get("Reason")
        named = f"{code} {reason}" if reason else code
        kind = self._failures.get(named) or self._failures.get(code) or self._kind_by_status(error)
        return kind(redact(f"{named}: {answer.get('Message')}", hidden=hidden))

    def _kind_by_status(self, error: ClientError) -> type[ProviderError]:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        is_unknown = meaning_of(status, Body.UNCLEAR, self._table) == Meaning.UNKNOWN
        return OutcomeUnknown if is_unknown else Unavailable
