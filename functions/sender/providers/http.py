"""The HTTP provider: `POST {url}/v1/send/{id}`, accepted only by a 200 whose JSON says `code` 0."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from sender.providers.base import ProviderError, Rejected, Unauthorized, Unavailable

# For the whole call, connection and body included: a provider that answers byte by byte never meets a read timeout.
CALL_DEADLINE = timedelta(seconds=10)
ANSWER_BYTES_AT_MOST = 16 * 1024
# What of an answer is kept as the reason.
WORDS_AT_MOST = 200


class HttpProvider:
    """A provider behind an HTTP API, over kept-alive connections.

    Args:
        url: where it is, without the path.
        token: gives the bearer token.
        connections: how many calls may be under way at once.
    """

    def __init__(self, url: str, *, token: Callable[[], str], connections: int) -> None:
        self._url = url.rstrip("/")
        self._token = token
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        # A redirect is never followed: the token would go with it.
        self._client = httpx.AsyncClient(limits=limits, timeout=None, follow_redirects=False, trust_env=False)  # noqa: S113 - one deadline over the whole call instead

    async def send(self, message_id: int, phone: str, text: str) -> None:
        """Deliver one message (see `Provider`)."""
        try:
            async with asyncio.timeout(CALL_DEADLINE.total_seconds()):
                status, headers, body = await self._call(message_id, phone, text)
        except TimeoutError:
            raise Unavailable(f"no answer within {CALL_DEADLINE.total_seconds():.0f} s") from None
        except httpx.HTTPError as error:
            raise Unavailable(f"{type(error).__name__}: {error}"[:WORDS_AT_MOST]) from error
        if failure := failure_of(status, headers, body, now=datetime.now(UTC)):
            raise failure

    async def _call(self, message_id: int, phone: str, text: str) -> tuple[int, httpx.Headers, bytes]:
        request = self._client.stream(
            "POST",
            f"{self._url}/v1/send/{message_id}",
            headers={"Authorization": f"Bearer {self._token()}"},
            json={"id": message_id, "phone": int(phone), "text": text},
        )
        async with request as response:
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > ANSWER_BYTES_AT_MOST:
                    break
            return response.status_code, response.headers, body


def failure_of(status: int, headers: httpx.Headers, body: bytes, *, now: datetime) -> ProviderError | None:
    """What an answer means: None for a success, or the error to raise."""
    words = f"HTTP {status}: {body[:WORDS_AT_MOST].decode('utf-8', 'replace')}"
    match status:
        case HTTPStatus.OK:
            return None if _accepted(body) else Unavailable(words)
        case HTTPStatus.BAD_REQUEST:
            return Rejected(words)
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return Unauthorized(f"HTTP {status}: the provider does not accept the token")
        case _:
            return Unavailable(words, retry_after=_retry_after(headers, now))


def _accepted(body: bytes) -> bool:
    if len(body) > ANSWER_BYTES_AT_MOST:
        return False
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.get("code") == 0 and answer.get("code") is not False


def _retry_after(headers: httpx.Headers, now: datetime) -> timedelta | None:
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return timedelta(seconds=min(int(value), 86_400))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(moment.replace(tzinfo=moment.tzinfo or UTC) - now, timedelta(0))
