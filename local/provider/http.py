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

    def json(self) -> Any:
        """The body as JSON; ValueError for what is none."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Connection:
    """The way back to the caller."""

    writer: asyncio.StreamWriter

    async def answer(
        self, status: HTTPStatus, body: bytes = b"", *, content_type: str = JSON, headers: dict[str, str] | None = None
    ) -> None:
        """Send an answer whole."""
        self.writer.write(head_of(status, len(body), content_type, headers or {}) + body)
        await self.drain()

    async def answer_json(self, status: HTTPStatus, value: Any, **headers: str) -> None:
        """Send an answer in JSON; `Retry_After` is the header Retry-After."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        await self.answer(status, json.dumps(value).encode(), headers=named)

    async def drain(self) -> None:
        """Wait until the caller has taken what was sent, or Closed."""
        try:
            await self.writer.drain()
        except ConnectionError:
            raise Closed from None

    def reset(self) -> None:
        """End the connection by RST, as a crashed peer does."""
        raw: socket.socket = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


def head_of(status: HTTPStatus, length: int, content_type: str, headers: dict[str, str]) -> bytes:
    """The head of an answer with a body of so many bytes."""
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", f"Content-Type: {content_type}", f"Content-Length: {length}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
