"""As much of HTTP/1.1 as the stand-in needs, close enough to the socket to break it on purpose."""

import asyncio
import json
import socket
import struct
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

JSON = "application/json"
BODY_AT_MOST_BYTES = 1_000_000


class Closed(Exception):
    """The connection is over: there is no answer to send."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was read whole."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @classmethod
    async def read(cls, reader: asyncio.StreamReader) -> Self:
        """The next request of a connection, or Closed."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.split("\r\n")
            method, path, _ = first.split(" ")
            pairs = (line.partition(":") for line in lines if line)
            headers = {name.lower(): value.strip() for name, _, value in pairs}
            length = int(headers.get("content-length", 0))
            if length > BODY_AT_MOST_BYTES:
                raise Closed
            return cls(method, path, headers, await reader.readexactly(length))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError):
            raise Closed from None

    @property
    def is_last(self) -> bool:
        """Whether the caller wants no other request on this connection."""
        return self.headers.get("connection", "").lower() == "close"


@dataclass(slots=True)
class Answer:
    """The way back to the caller of one request.

    Attributes:
        status: what was answered, if anything was.
    """

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    status: HTTPStatus | None = None

    async def send(self, status: HTTPStatus, body: bytes, content_type: str = JSON, **headers: str) -> None:
        """Answer whole; `Retry_After` is the header Retry-After."""
        await self.write(self.head(status, len(body), content_type, **headers) + body)

    async def send_json(self, status: HTTPStatus, value: Any, **headers: str) -> None:
        """Answer whole, in JSON."""
        await self.send(status, json.dumps(value).encode(), **headers)

    def head(self, status: HTTPStatus, length: int, content_type: str = JSON, **headers: str) -> bytes:
        """The head of an answer with a body of so many bytes."""
        self.status = status
        named = {"Content-Type": content_type, "Content-Length": str(length)} | headers
        lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items()]
        return f"HTTP/1.1 {status.value} {status.phrase}\r\n{''.join(lines)}\r\n".encode("latin-1")

    async def write(self, part: bytes) -> None:
        """Send a part of an answer once the caller has taken what went before, or Closed."""
        try:
            self.writer.write(part)
            await self.writer.drain()
        except ConnectionError:
            raise Closed from None

    async def wait_for_hang_up(self) -> None:
        """Wait until the caller leaves."""
        try:
            while await self.reader.read(BODY_AT_MOST_BYTES):
                pass
        except ConnectionError:
            raise Closed from None

    def reset(self) -> None:
        """End the connection by RST, as a crashed peer does."""
        raw: socket.socket = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
