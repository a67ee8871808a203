"""One kept-alive HTTP/1.1 connection, for one call at a time: h11 knows the protocol, asyncio the socket."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import h11

from notifications.database.sockets import has_news

ANSWER_BYTES_AT_MOST = 16 * 1024
READ_BYTES = 64 * 1024
# Shorter than the common five seconds, lest a call meet a connection that the provider is just closing.
IDLE_SECONDS = 3.0
# Before the next of a name's addresses is tried beside one that does not answer (RFC 8305).
NEXT_ADDRESS_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: headers by name in lower case, the body cut soon after `ANSWER_BYTES_AT_MOST`."""

    status: int
    headers: Mapping[bytes, bytes]
    body: bytes


class Broken(Exception):
    """The connection ended, or what came over it is no answer."""


class Connection:
    """A connection that is open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.CLIENT)
        self._used_at = 0.0

    @classmethod
    async def open(cls, host: str, port: int, tls: ssl.SSLContext | None) -> Self:
        """Connect, or OSError."""
        return cls(*await asyncio.open_connection(host, port, ssl=tls, happy_eyeballs_delay=NEXT_ADDRESS_SECONDS))

    async def exchange(self, request: h11.Request, body: bytes) -> Answer:
        """Send a request and read what comes back, or Broken."""
        try:
            parts = (self._http.send(event) for event in (request, h11.Data(body), h11.EndOfMessage()))
            self._writer.write(b"".join(part for part in parts if part))
            return await self._read()
        except (OSError, h11.RemoteProtocolError) as error:
            raise Broken(f"{type(error).__name__} {error}") from None

    @property
    def is_reusable(self) -> bool:
        """Whether another call may go over it: nothing has come since the last one, neither an end nor words."""
        return (
            self._http.our_state is h11.IDLE
            and asyncio.get_running_loop().time() - self._used_at < IDLE_SECONDS
            and not self._reader.at_eof()
            # The loop may not have run since, so the socket itself is asked.
            and not has_news(self._writer.get_extra_info("socket").fileno())
        )

    def abort(self) -> None:
        """End it at once."""
        self._writer.transport.abort()

    async def _read(self) -> Answer:
        response = await self._event()
        while not isinstance(response, h11.Response):
            response = await self._event()
        body = b""
        while len(body) <= ANSWER_BYTES_AT_MOST and isinstance(part := await self._event(), h11.Data):
            body += part.data
        self._finish()
        return Answer(response.status_code, dict(response.headers), body)

    async def _event(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(READ_BYTES))
        return event

    def _finish(self) -> None:
        # What follows an answer that nobody asked for must not be taken for the answer to the next call.
        if self._http.states == {h11.CLIENT: h11.DONE, h11.SERVER: h11.DONE} and not self._http.trailing_data[0]:
            self._http.start_next_cycle()
            self._used_at = asyncio.get_running_loop().time()
