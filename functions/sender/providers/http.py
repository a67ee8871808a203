"""The HTTP provider: `POST {url}/v1/send/{id}`, accepted only by a 200 whose JSON says `code` 0."""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

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


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, the body cut after `ANSWER_BYTES_AT_MOST`."""

    status: int
    headers: httpx.Headers
    body: bytes


class HttpProvider:
    """A provider behind an HTTP API, over kept-alive connections, as many as there are calls at once.

    Args:
        url: where it is, without the path.
        read_token: gives the bearer token.
        deadline: for a whole call.
    """

    name = "http"

    def __init__(self, url: str, *, read_token: ReadToken, deadline: timedelta = CALL_DEADLINE) -> None:
        self._url = url.rstrip("/")
        self._token = Token(read_token)
        self._deadline = deadline.total_seconds()
        self._tls = httpx.create_ssl_context()
        # A client a connection: one client with many looks at each of them at the begin and the end of every call.
        self._idle: list[httpx.AsyncClient] = []

    async def send(self, message_id: int, phone: str, text: str) -> None:
        """Deliver one message (see `Provider`)."""
        url = f"{self._url}/v1/send/{message_id}"
        body = json.dumps({"id": message_id, "phone": int(phone), "text": text}).encode()
        ends = asyncio.get_running_loop().time() + self._deadline
        token, reading = await self._token.value(ends)
        failure = await self._attempt(url, body, token, ends)
        if isinstance(failure, Unauthorized):
            renewed, _ = await self._token.after(reading, ends)
            if renewed != token:
                failure = await self._attempt(url, body, renewed, ends)
        if failure:
            raise failure

    async def _attempt(self, url: str, body: bytes, token: str, ends: float) -> ProviderError | None:
        try:
            async with asyncio.timeout_at(ends):
                answer = await self._post(url, body, token)
        except TimeoutError:
            return OutcomeUnknown(f"no answer within {self._deadline:g} s", timed_out=True)
        return failure_of(answer, token=token, now=datetime.now(UTC))

    async def _post(self, url: str, body: bytes, token: str) -> Answer:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        client = self._idle.pop() if self._idle else self._new_client()
        try:
            async with client.stream("POST", url, headers=headers, content=body) as response:
                return Answer(response.status_code, response.headers, await _beginning(response))
        except httpx.LocalProtocolError:
            # Its text shows the header that it finds wrong.
            raise Unauthorized("the provider's token has characters that no header may have") from None
        except (httpx.ReadError, httpx.RemoteProtocolError) as error:
            raise OutcomeUnknown(f"the connection broke: {_described(error, token)}") from None
        except httpx.HTTPError as error:
            raise Unavailable(f"not reached: {_described(error, token)}") from None
        finally:
            self._idle.append(client)

    def _new_client(self) -> httpx.AsyncClient:
        # A redirect is never followed: the token would go with it. Bodies come as they are: a small one that is
        # compressed may be a large one.
        return httpx.AsyncClient(
            headers={"Accept-Encoding": "identity"},
            limits=httpx.Limits(max_connections=1, keepalive_expiry=IDLE_SECONDS),
            timeout=httpx.Timeout(None, connect=CONNECT_DEADLINE.total_seconds()),
            follow_redirects=False,
            trust_env=False,
            verify=self._tls,
        )


async def _beginning(response: httpx.Response) -> bytes:
    body = b""
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > ANSWER_BYTES_AT_MOST:
            break
    return body


def _described(error: Exception, token: str) -> str:
    return fit(f"{type(error).__name__} {error}", secret=token)


def failure_of(answer: Answer, *, token: str, now: datetime) -> ProviderError | None:
    """What an answer means: None for a success, or the error to raise."""
    words = fit(f"HTTP {answer.status}: ".encode() + answer.body, secret=token)
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
            return Throttled(words, retry_after=_retry_after(answer.headers, now))
        case _:
            return Unavailable(words, retry_after=_retry_after(answer.headers, now))


def _accepted(body: bytes) -> bool:
    if len(body) > ANSWER_BYTES_AT_MOST:
        return False
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(answer, dict) and answer.get("code") == 0 and answer.get("code") is not False


def _retry_after(headers: httpx.Headers, now: datetime) -> timedelta | None:
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdecimal():
        return timedelta(seconds=min(int(value[:9]), RETRY_AFTER_AT_MOST.total_seconds()))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    wait = moment.replace(tzinfo=moment.tzinfo or UTC) - now
    return min(max(wait, timedelta(0)), RETRY_AFTER_AT_MOST)
