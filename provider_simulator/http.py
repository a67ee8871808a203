"""A minimal HTTP/1.1 server with access to the socket, so that faults can break a response at any byte."""

import asyncio
import json
import socket
import struct
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

JSON = "application/json"
MAX_BODY_BYTES = 1_000_000


class ConnectionClosed(Exception):
    """The connection has ended, so no response can be sent."""


@dataclass(frozen=True, slots=True)
class Request:
    """A complete HTTP request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @classmethod
    async def read(cls, reader: asyncio.StreamReader) -> Self:
        """Read the next request of a connection, or raise ConnectionClosed."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.split("\r\n")
            method, path, _ = first.split(" ")
            pairs = (line.partition(":") for line in lines if line)
            headers = {name.lower(): value.strip() for name, _, value in pairs}
            length = int(headers.get("content-length", 0))
            if length > MAX_BODY_BYTES:
                raise ConnectionClosed
            return cls(method, path, headers, await reader.readexactly(length))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError):
            raise ConnectionClosed from None

    @property
    def is_last(self) -> bool:
        """True if the caller closes the connection after this request."""
        return self.headers.get("connection", "").lower() == "close"


@dataclass(slots=True)
class Response:
    """The response to one request, sent whole or in parts.

    Attributes:
        status: the status that was sent, None if none was.
    """

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    status: HTTPStatus | None = None

    async def send(self, status: HTTPStatus, body: bytes, content_type: str = JSON, **headers: str) -> None:
        """Send a whole response. Headers are keyword arguments, such as `Retry_After` for Retry-After."""
        await self.write(self.head(status, len(body), content_type, **headers) + body)

    async def send_json(self, status: HTTPStatus, value: Any, **headers: str) -> None:
        """Send a whole response with a JSON body."""
        await self.send(status, json.dumps(value).encode(), **headers)

    def head(self, status: HTTPStatus, length: int, content_type: str = JSON, **headers: str) -> bytes:
        """Return the status line and the headers for a body of `length` bytes."""
        self.status = status
        named = {"Content-Type": content_type, "Content-Length": str(length)} | headers
        lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items()]
        return f"HTTP/1.1 {status.value} {status.phrase}\r\n{''.join(lines)}\r\n".encode("latin-1")

    async def write(self, part: bytes) -> None:
        """Send a part of a response after the caller has read the parts before, or raise ConnectionClosed."""
        try:
            self.writer.write(part)
            await self.writer.drain()
        except ConnectionError:
            raise ConnectionClosed from None

    async def wait_for_disconnect(self) -> None:
        """Wait until the caller closes the connection."""
        try:
            while await self.reader.read(MAX_BODY_BYTES):
                pass
        except ConnectionError:
            raise ConnectionClosed from None

    def reset(self) -> None:
        """Reset the connection with RST, as a crashed server does."""
        raw: socket.socket = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
