"""HTTP proxy that counts: tunnels by CONNECT, and requests that it forwards."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class CountingProxy:
    """A proxy in front of one server.

    Args:
        target: port of the server that it connects to, whatever host is asked for.
        refusal: answer to every request in place of a connection; empty bytes to close without an answer.

    Attributes:
        heads: first lines and headers of the requests, in order.
    """

    target: int
    refusal: bytes | None = None
    host: str = "127.0.0.1"
    port: int = 0
    heads: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Return the proxy's URL."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def lines(self) -> list[str]:
        """Return the first lines of the requests."""
        return [head.partition(b"\r\n")[0].decode() for head in self.heads]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the proxy for the duration of the block."""
        async with await asyncio.start_server(self._serve, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            yield
            server.abort_clients()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.heads.append(head)
        if self.refusal is not None:
            writer.write(self.refusal)
            writer.close()
            return
        to_server, from_proxy = await asyncio.open_connection(self.host, self.target)
        if head.startswith(b"CONNECT "):
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            from_proxy.write(head)
        with suppress(ConnectionError):
            await asyncio.gather(_copy(reader, from_proxy), _copy(to_server, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while part := await reader.read(65_536):
        writer.write(part)
        await writer.drain()
    writer.close()
