"""Provider on a port that answers with a test's bytes and counts its connections."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress

from sender.providers.base import ProviderError
from sender.providers.http import HttpProvider
from tests.support.sender.outgoing import outgoing
from tests.support.sender.scenario import client_of
from tests.support.sender.wild_provider import http

OK = http(200, b'{"code": 0, "message": "OK"}').replace(b"Connection: close\r\n", b"")
WRONG = http(200, b'{"code": 7}').replace(b"Connection: close\r\n", b"")


class Peer:
    """Provider on a port: the bytes of its answers in order, the heads of requests, and the number of connections.

    Args:
        ends: True to close a connection after an answer.
        tls: the server's context.
        trusting: the client's context; by default it trusts the public authorities.
    """

    def __init__(
        self,
        *answers: bytes,
        ends: bool = False,
        tls: ssl.SSLContext | None = None,
        trusting: ssl.SSLContext | None = None,
    ) -> None:
        self.answers = list(answers)
        self.ends = ends
        self.connections = 0
        self.heads: list[bytes] = []
        self.tls = tls
        self.trusting = trusting
        self.writer: asyncio.StreamWriter | None = None

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writer = writer
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while self.answers:
                head = await reader.readuntil(b"\r\n\r\n")
                self.heads.append(head)
                await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]))
                writer.write(self.answers.pop(0))
                if self.ends:
                    writer.write_eof()
                    break
        await writer.drain()
        await reader.read()
        writer.close()

    def run(self, calls: Callable[[HttpProvider], Awaitable[None]], *, host: str = "127.0.0.1") -> None:
        """Serve for the duration of the calls."""

        async def run() -> None:
            async with await asyncio.start_server(self.converse, host, 0, ssl=self.tls) as server:
                scheme, port = ("https" if self.tls else "http"), server.sockets[0].getsockname()[1]
                name = f"[{host}]" if ":" in host else host
                provider = client_of(f"{scheme}://{name}:{port}/some/", deadline=2, tls=self.trusting)
                try:
                    await calls(provider)
                finally:
                    await provider.aclose()
                    server.abort_clients()

        asyncio.run(run())


async def send(provider: HttpProvider) -> ProviderError | None:
    try:
        await provider.send(outgoing())
    except ProviderError as error:
        return error
    return None


async def only_call(provider: HttpProvider) -> ProviderError | None:
    try:
        return await send(provider)
    finally:
        await provider.aclose()
