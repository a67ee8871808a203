"""Provider that accepts everything, and stamps the arrival of each call by its own clock."""

import asyncio
import json
import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_ACCEPTED = b'HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n{"code":0,"message": "OK"}'
_UNAVAILABLE = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\n{}"


@dataclass
class CountingServer:
    """Arrivals of calls by text, so by mailing.

    Args:
        latency: the time before each answer in seconds; half to double of it, at random.
        refused: share of the calls that are answered 503.
    """

    latency: float = 0.01
    refused: float = 0
    url: str = ""
    arrivals: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    ids: list[int] = field(default_factory=list)
    _random: random.Random = field(default_factory=lambda: random.Random(7))

    async def serve_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                at = time.monotonic()
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                body = json.loads(await reader.readexactly(length))
                self.arrivals[body["text"]].append(at)
                await asyncio.sleep(self.latency * self._random.uniform(0.5, 2))
                if self._random.random() < self.refused:
                    writer.write(_UNAVAILABLE)
                else:
                    self.ids.append(body["id"])
                    writer.write(_ACCEPTED)
                await writer.drain()
        writer.close()


@contextmanager
def counting_server(**options: float) -> Iterator[CountingServer]:
    """Run the server in a thread for the duration of the block."""
    counting = CountingServer(**options)  # type: ignore[arg-type]
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(counting.serve_connection, "127.0.0.1", 0, backlog=1024))
    counting.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield counting
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        server.abort_clients()
        loop.run_until_complete(server.wait_closed())
        loop.close()
