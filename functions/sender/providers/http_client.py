"""httpx over aiohttp, for calls that may be written once only and whose answers nobody has to trust.

The calls go through httpx's transport and not through its client: what a client adds are redirects, cookies,
decompression, credentials and proxies from the environment, and none of them may happen here.
"""

import select
import ssl
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import aiohttp
import httpx
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.connector import Connection
from aiohttp.http_exceptions import HttpProcessingError
from httpx_aiohttp import AiohttpTransport

ANSWER_BYTES_AT_MOST = 16 * 1024
# Shorter than the common five seconds, lest a call meet a connection that the provider is just closing.
IDLE_SECONDS = 3.0


class NotReached(Exception):
    """No connection was made, so that nothing was sent."""


class Broken(Exception):
    """The connection ended, or what came over it is no answer, after the request may have been written."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, its body cut soon after `ANSWER_BYTES_AT_MOST`."""

    status: int
    headers: httpx.Headers
    body: bytes


class HttpClient:
    """Sends requests over kept-alive connections, as many as there are calls at once.

    Made outside of the event loop, and used in one only.

    Args:
        connect_within: how long a connection may take, name look-up and TLS handshake included.
        tls: what certificates are checked by; only needed for https.
    """

    def __init__(self, *, connect_within: timedelta, tls: ssl.SSLContext | None = None) -> None:
        # httpx-aiohttp takes "pool" as the time for all that comes before the request.
        self._timeouts = {"pool": connect_within.total_seconds()}
        self._tls = tls
        # The context that is given is not used, and spares the reading of certificates for another one.
        self._transport = AiohttpTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), client=self._session)

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Send a request once, and read what comes back.

        Raises:
            NotReached: the request was certainly not sent.
            Broken: it may have been.
        """
        request = httpx.Request("POST", url, headers=headers, content=body, extensions={"timeout": self._timeouts})
        try:
            return await self._exchange(request)
        except (httpx.TransportError, aiohttp.ClientError, HttpProcessingError) as error:
            raise _failure(error) from None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def _exchange(self, request: httpx.Request) -> Answer:
        response = await self._transport.handle_async_request(request)
        try:
            if response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
                raise Broken("another protocol")
            body = b""
            async for part in response.aiter_raw():
                body += part
                if len(body) > ANSWER_BYTES_AT_MOST:
                    break
        finally:
            await response.aclose()
        return Answer(response.status_code, response.headers, body)

    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            # The sender bounds its calls itself.
            connector=_QuietConnector(limit=0, keepalive_timeout=IDLE_SECONDS, ssl=self._tls or True),
            response_class=_Response,
            cookie_jar=aiohttp.DummyCookieJar(),
            read_bufsize=ANSWER_BYTES_AT_MOST,
            max_line_size=ANSWER_BYTES_AT_MOST,
            max_field_size=ANSWER_BYTES_AT_MOST,
        )


class _QuietConnector(aiohttp.TCPConnector):
    """Uses a connection again only if nothing has come over it since its last answer, neither words nor an end.

    aiohttp would take words that nobody asked for as the answer to the next request.
    """

    async def _get(self, key: ConnectionKey, traces: list[Any]) -> Connection | None:
        while connection := await super()._get(key, traces):
            if _is_quiet(connection):
                return connection
            connection.close()
        return None


def _is_quiet(connection: Connection) -> bool:
    if connection.transport is None or connection.protocol is None or connection.protocol.should_close:
        return False
    # The loop may not have run since, so the socket itself is asked.
    poll = select.poll()
    poll.register(connection.transport.get_extra_info("socket").fileno(), select.POLLIN)
    return not poll.poll(0)


class _Response(aiohttp.ClientResponse):
    """A response whose reason phrase is dropped: it may have any bytes, and httpx-aiohttp fails at what is no text."""

    async def start(self, connection: Connection) -> "_Response":
        await super().start(connection)
        self.reason = None
        return self


def _failure(error: BaseException) -> NotReached | Broken:
    """Tell failures apart by aiohttp's exception: httpx-aiohttp turns a reset into a `ConnectTimeout`, too."""
    known = (error.__cause__ if isinstance(error, httpx.TransportError) else None) or error
    reason = known.__cause__ or known
    # Of what is no answer the text may show parts, and with them the request.
    words = f"{type(reason).__name__} {reason}" if isinstance(reason, OSError) else type(reason).__name__
    is_connect = isinstance(known, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    return NotReached(words) if is_connect else Broken(words)
