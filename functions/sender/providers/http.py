"""The HTTP provider: `POST {url}/v1/send/{id}`, accepted only by a 200 whose JSON says `code` 0."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpcore

from sender.providers.base import (
    CALL_DEADLINE,
    CONNECT_DEADLINE,
    OutcomeUnknown,
    ProviderError,
    Rejected,
    Repeated,
    Throttled,
    Unauthorized,
    Unavailable,
)
from sender.providers.token import ReadToken, Token
from sender.providers.words import fit

ANSWER_BYTES_AT_MOST = 16 * 1024
RETRY_AFTER_AT_MOST = timedelta(days=1)
# Shorter than the common five seconds, lest a call meet a connection that the provider is just closing.
IDLE_SECONDS = 3.0

_EXTENSIONS = {"timeout": {"connect": CONNECT_DEADLINE.total_seconds()}}


@dataclass(frozen=True, slots=True)
class Call:
    """One message on its way; `ends` is the event loop's time at which it is given up."""

    path: str
    body: bytes
    text: str = field(repr=False)
    ends: float
    token: str = field(repr=False)

    @property
    def hidden(self) -> Sequence[str]:
        """What no error may tell."""
        return self.token, self.text


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, the body cut after `ANSWER_BYTES_AT_MOST`."""

    status: int
    retry_after: str
    body: bytes


class HttpProvider:
    """A provider behind an HTTP API, over kept-alive connections, as many as there are calls at once.

    Redirects are not followed, or the token would go with them, and bodies come as they are: a small one that is
    compressed may be a large one.

    Args:
        url: where it is, without the path.
        read_token: gives the bearer token.
        deadline: for a whole call.
    """

    name = "http"

    def __init__(self, url: str, *, read_token: ReadToken, deadline: timedelta = CALL_DEADLINE) -> None:
        self._url = httpcore.URL(url.rstrip("/"))
        self._token = Token(read_token)
        self._deadline = deadline.total_seconds()
        self._tls = httpcore.default_ssl_context()
        self._idle: list[httpcore.AsyncHTTPConnection] = []

    async def send(self, message_id: int, phone: str, text: str) -> None:
        """Deliver one message (see `Provider`)."""
        body = json.dumps({"id": message_id, "phone": int(phone), "text": text}).encode()
        ends = asyncio.get_running_loop().time() + self._deadline
        token, reading = await self._token.value(ends)
        call = Call(f"/v1/send/{message_id}", body, text, ends, token)
        failure = await self._attempt(call)
        if isinstance(failure, Unauthorized):
            renewed, _ = await self._token.after(reading, ends)
            if renewed != token:
                failure = await self._attempt(replace(call, token=renewed))
        if failure:
            raise failure

    async def aclose(self) -> None:
        """Close the connections."""
        while self._idle:
            await self._idle.pop().aclose()

    async def _attempt(self, call: Call) -> ProviderError | None:
        try:
            async with asyncio.timeout_at(call.ends):
                answer = await self._post(call)
        except TimeoutError:
            return OutcomeUnknown(f"no answer within {self._deadline:g} s", timed_out=True)
        return failure_of(answer, hidden=call.hidden, now=datetime.now(UTC))

    async def _post(self, call: Call) -> Answer:
        connection = await self._connection()
        try:
            response = await connection.handle_async_request(self._request(call))
            try:
                return Answer(response.status, _retry_after(response), await _beginning(response))
            finally:
                await response.aclose()
        except (httpcore.LocalProtocolError, UnicodeEncodeError):
            # Its text shows the header that it finds wrong.
            raise Unauthorized("the provider's token has characters that no header may have") from None
        except (httpcore.ReadError, httpcore.RemoteProtocolError) as error:
            raise OutcomeUnknown(f"the connection broke: {_described(error, call)}") from None
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.UnsupportedProtocol) as error:
            raise Unavailable(f"not reached: {_described(error, call)}") from None
        finally:
            if connection.is_idle():
                self._idle.append(connection)

    async def _connection(self) -> httpcore.AsyncHTTPConnection:
        while self._idle:
            connection = self._idle.pop()
            if not connection.has_expired():
                return connection
            await connection.aclose()
        return httpcore.AsyncHTTPConnection(self._url.origin, ssl_context=self._tls, keepalive_expiry=IDLE_SECONDS)

    def _request(self, call: Call) -> httpcore.Request:
        host, port = self._url.host, self._url.port
        headers = [
            (b"Host", host if port is None else b"%b:%d" % (host, port)),
            (b"User-Agent", b"notifications"),
            (b"Accept-Encoding", b"identity"),
            (b"Authorization", b"Bearer " + call.token.encode("ascii")),
            (b"Content-Type", b"application/json"),
            (b"Content-Length", b"%d" % len(call.body)),
        ]
        target = self._url.target.rstrip(b"/") + call.path.encode()
        url = httpcore.URL(scheme=self._url.scheme, host=host, port=port, target=target)
        return httpcore.Request(b"POST", url, headers=headers, content=call.body, extensions=_EXTENSIONS)


async def _beginning(response: httpcore.Response) -> bytes:
    body = b""
    async for chunk in response.aiter_stream():
        body += chunk
        if len(body) > ANSWER_BYTES_AT_MOST:
            break
    return body


def _retry_after(response: httpcore.Response) -> str:
    return next((value.decode("latin-1") for name, value in response.headers if name.lower() == b"retry-after"), "")


def _described(error: Exception, call: Call) -> str:
    return fit(f"{type(error).__name__} {error}", hidden=call.hidden)


def failure_of(answer: Answer, *, hidden: Sequence[str], now: datetime) -> ProviderError | None:
    """What an answer means: None for a success, or the error to raise, which does not tell what is hidden."""
    words = fit(f"HTTP {answer.status}: ".encode() + answer.body, hidden=hidden)
    match answer.status:
        case HTTPStatus.OK:
            return None if _accepted(answer.body) else Unavailable(words)
        case HTTPStatus.BAD_REQUEST:
            return Rejected(words)
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return Unauthorized(words)
        case HTTPStatus.CONFLICT:
            return Repeated(words)
        case HTTPStatus.TOO_MANY_REQUESTS:
            return Throttled(words, retry_after=_pause(answer.retry_after, now))
        case _:
            return Unavailable(words, retry_after=_pause(answer.retry_after, now))


def _accepted(body: bytes) -> bool:
    if len(body) > ANSWER_BYTES_AT_MOST:
        return False
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(answer, dict) and answer.get("code") == 0 and answer.get("code") is not False


def _pause(retry_after: str, now: datetime) -> timedelta | None:
    value = retry_after.strip()
    if value.isascii() and value.isdecimal():
        return timedelta(seconds=min(int(value[:9]), RETRY_AFTER_AT_MOST.total_seconds()))
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    wait = moment.replace(tzinfo=moment.tzinfo or UTC) - now
    return min(max(wait, timedelta(0)), RETRY_AFTER_AT_MOST)
