"""HTTP client of the provider's calls: httpx over aiohttp.

A request is written at most once, and an answer is read within bounds. httpx's transport is called without its client,
because a client adds redirects, cookies, decompression and credentials of the environment. None of them may happen
here.
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

MAX_ANSWER_BYTES = 16 * 1024
# Shorter than the common five seconds, so that no call meets a connection that the provider is just closing.
IDLE_SECONDS = 3.0


class NotReached(Exception):
    """No connection was made: the request was not sent."""


class Broken(Exception):
    """The connection ended without a readable answer: the request may have been sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Response of the provider. A body longer than `MAX_ANSWER_BYTES` is cut somewhere after that."""

    status: int
    headers: httpx.Headers
    body: bytes


class HttpClient:
    """Client that keeps its connections alive, one for each concurrent call.

    It may be created before the event loop runs, and belongs to the loop of its first call.

    Args:
        connect_within: longest time for a connection, with name resolution and TLS handshake.
        tls: the context that verifies certificates; needed for https only.
        proxy: URL of the proxy by which the provider is called, if any.
    """

    def __init__(
        self, *, connect_within: timedelta, tls: ssl.SSLContext | None = None, proxy: str | None = None
    ) -> None:
        # httpx-aiohttp makes "pool" the time limit of everything before the request.
        self._timeouts = {"pool": connect_within.total_seconds()}
        self._tls = tls
        # The transport does not use this context. Without it, it would load certificates into one of its own.
        self._transport = AiohttpTransport(
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), client=self._session, proxy=_proxy(proxy) if proxy else None
        )

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Send a request once and return the answer.

        Raises:
            NotReached: the request was certainly not sent.
            Broken: the request may have been sent.
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
                raise Broken("the provider switched to another protocol")
            body = b""
            async for part in response.aiter_raw():
                body += part
                if len(body) > MAX_ANSWER_BYTES:
                    break
        finally:
            await response.aclose()
        return Answer(response.status_code, response.headers, body)

    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            # The sender limits the number of its calls itself.
            connector=_QuietConnector(limit=0, keepalive_timeout=IDLE_SECONDS, ssl=self._tls or True),
            response_class=_Response,
            cookie_jar=aiohttp.DummyCookieJar(),
            read_bufsize=MAX_ANSWER_BYTES,
            max_line_size=MAX_ANSWER_BYTES,
            max_field_size=MAX_ANSWER_BYTES,
        )


class _NoTunnel(aiohttp.ClientConnectionError):
    """A proxy did not connect to the provider: nothing was sent to the provider."""


class _QuietConnector(aiohttp.TCPConnector):
    """Connector that reuses a connection only if nothing was received on it since the last answer.

    aiohttp reads only the event loop's view: it would write a request to a connection that the provider has just
    closed, and take data received while idle for the answer to the next request.
    """

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Any],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - as aiohttp has it
    ) -> Connection:
        """Return a connection, by a tunnel through the proxy if there is one and the provider's URL is https."""
        try:
            return await super().connect(req, traces, timeout)
        except (aiohttp.ClientConnectorError, TimeoutError):
            raise
        except aiohttp.ClientHttpProxyError as error:
            raise _NoTunnel(f"the proxy answered {error.status}") from None
        except (aiohttp.ClientError, HttpProcessingError, OSError) as error:
            raise _NoTunnel(f"the proxy gave no answer: {type(error).__name__}") from None

    async def _get(self, key: ConnectionKey, traces: list[Any]) -> Connection | None:
        while connection := await super()._get(key, traces):
            if _is_quiet(connection):
                return connection
            connection.close()
        return None


def _proxy(url: str) -> httpx.Proxy:
    given = httpx.Proxy(url)
    if given.auth is None:
        return given
    # aiohttp sends `Authorization` of the proxy's headers as `Proxy-Authorization`; its BasicAuth is deprecated.
    return httpx.Proxy(given.url, headers={"Authorization": aiohttp.encode_basic_auth(*given.auth)})


def _is_quiet(connection: Connection) -> bool:
    if connection.transport is None or connection.protocol is None or connection.protocol.should_close:
        return False
    # The event loop may not have run since, so ask the socket itself.
    poll = select.poll()
    poll.register(connection.transport.get_extra_info("socket").fileno(), select.POLLIN)
    return not poll.poll(0)


class _Response(aiohttp.ClientResponse):
    """Response without its reason phrase, which httpx-aiohttp cannot encode if it has bytes that are not UTF-8."""

    async def start(self, connection: Connection) -> "_Response":
        await super().start(connection)
        self.reason = None
        return self


def _failure(error: BaseException) -> NotReached | Broken:
    """Return NotReached or Broken by aiohttp's exception, since httpx-aiohttp makes a reset a `ConnectTimeout`, too."""
    known = (error.__cause__ if isinstance(error, httpx.TransportError) else None) or error
    reason = known.__cause__ or known
    # The text of a parser's error may quote what was received, which may repeat the request.
    words = f"{type(reason).__name__} {reason}" if isinstance(reason, OSError) else type(reason).__name__
    if isinstance(known, _NoTunnel):
        return NotReached(str(known))
    is_connect = isinstance(known, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    return NotReached(words) if is_connect else Broken(words)
