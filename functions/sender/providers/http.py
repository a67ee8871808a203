"""HTTP provider: `POST {url}/v1/send/{id}`, accepted only by a 200 whose JSON has `code` 0."""

import asyncio
import json
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import certifi

from notifications.contracts.reasons import Reason
from notifications.providers.address import ProviderAddress
from notifications.providers.catalog import ProviderSpec
from notifications.texts.redaction import redact
from sender.providers.answers import TABLE, Body, Meaning, Table, kind_of, meaning_of, table_of
from sender.providers.base import (
    CALL_DEADLINE,
    CONNECT_DEADLINE,
    OutcomeUnknown,
    OutgoingMessage,
    ProviderError,
    Rejected,
    Repeated,
    Throttled,
    Unauthorized,
    Unavailable,
)
from sender.providers.http_client import MAX_ANSWER_BYTES, Answer, Broken, HttpClient, NotReached
from sender.providers.identities import identity_of
from sender.providers.token import ReadToken, Token

MAX_RETRY_AFTER = timedelta(days=1)
ERRORS: Mapping[Meaning, type[ProviderError]] = {
    Meaning.TRANSIENT: Unavailable,
    Meaning.THROTTLED: Throttled,
    Meaning.PERMANENT: Rejected,
    Meaning.UNAUTHORIZED: Unauthorized,
    Meaning.REPEATED: Repeated,
    Meaning.UNKNOWN: OutcomeUnknown,
}
HEADERS = {"User-Agent": "notifications", "Accept-Encoding": "identity", "Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Call:
    """Request for one message.

    Attributes:
        ends: deadline by the event loop's clock.
        token: bearer token, None if the provider needs none.
    """

    url: str
    body: bytes
    text: str = field(repr=False)
    phone: str = field(repr=False)
    ends: float
    token: str | None = field(repr=False)

    @property
    def hidden(self) -> Sequence[str]:
        """Return the secrets, texts and phones that no error may quote."""
        return [each for each in (self.token, self.text, self.phone) if each]

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of the request."""
        return dict(HEADERS) if self.token is None else HEADERS | {"Authorization": f"Bearer {self.token}"}


class HttpProvider:
    """Provider behind an HTTP API.

    Args:
        read_token: reads the bearer token, if there is one.
        tls: the context that verifies the provider's certificate; by default it trusts the public authorities.
        proxy: URL of the proxy by which the provider is called, if any.
        deadline: longest time for a call.
        connect_within: longest time for a connection.

    Raises:
        BadAddress: the URL cannot be used.
    """

    def __init__(
        self,
        spec: ProviderSpec,
        *,
        read_token: ReadToken,
        tls: ssl.SSLContext | None = None,
        proxy: str | None = None,
        deadline: timedelta = CALL_DEADLINE,
        connect_within: timedelta = CONNECT_DEADLINE,
    ) -> None:
        self._address = ProviderAddress.parse(spec.url)
        self._spec = spec
        self.name = spec.name
        is_https = self._address.base.startswith("https:")
        if is_https and tls is None:
            tls = ssl.create_default_context(cafile=certifi.where())
        self._client = HttpClient(connect_within=connect_within, tls=tls, proxy=proxy)
        self._token = Token(read_token)
        self._table = table_of(spec.http_500)
        self._deadline = deadline.total_seconds()

    async def send(self, message: OutgoingMessage) -> None:
        """Deliver one message (see `Provider`)."""
        content = {"id": message.id, "phone": int(message.phone), "text": message.text}
        if identity := identity_of(self._spec, message):
            content["sender"] = identity
        body = json.dumps(content).encode()
        ends = asyncio.get_running_loop().time() + self._deadline
        token, reading = await self._token.value(ends)
        call = Call(self._address.of_message(message.id), body, message.text, message.phone, ends, token)
        failure = await self._attempt(call)
        if isinstance(failure, Unauthorized):
            renewed, _ = await self._token.after(reading, ends)
            if renewed != token:
                failure = await self._attempt(replace(call, token=renewed))
        if failure:
            raise failure

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _attempt(self, call: Call) -> ProviderError | None:
        try:
            async with asyncio.timeout_at(call.ends):
                answer = await self._client.post(call.url, call.headers, call.body)
        except NotReached as error:
            return Unavailable(redact(str(error), hidden=call.hidden), code=Reason.PROVIDER_UNREACHABLE)
        except Broken as error:
            return OutcomeUnknown(redact(str(error), hidden=call.hidden), code=Reason.CONNECTION_BROKEN)
        except TimeoutError:
            return OutcomeUnknown(code=Reason.PROVIDER_TIMEOUT, seconds=self._deadline, timed_out=True)
        return failure_of(answer, hidden=call.hidden, now=datetime.now(UTC), table=self._table)


def failure_of(answer: Answer, *, hidden: Sequence[str], now: datetime, table: Table = TABLE) -> ProviderError | None:
    """Return the error for an answer, or None for a success. The error does not quote `hidden`."""
    body = kind_of(answer.body) if len(answer.body) <= MAX_ANSWER_BYTES else Body.UNCLEAR
    kind = ERRORS.get(meaning_of(answer.status, body, table))
    if kind is None:
        return None
    words = redact(f"HTTP {answer.status}: ".encode() + answer.body, hidden=hidden)
    return kind(words, retry_after=_pause(answer, now)) if issubclass(kind, Unavailable) else kind(words)


def _pause(answer: Answer, now: datetime) -> timedelta | None:
    value = answer.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        return timedelta(seconds=min(int(value[:9]), MAX_RETRY_AFTER.total_seconds()))
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    wait = moment.replace(tzinfo=moment.tzinfo or UTC) - now
    return min(max(wait, timedelta(0)), MAX_RETRY_AFTER)
