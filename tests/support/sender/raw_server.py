"""A server that answers every request with whatever bytes it was told, and hangs up."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer

_LENGTH = re.compile(rb"(?i)^content-length: *([0-9]+)")


@dataclass
class RawServer:
    """What is answered, and the heads of the requests that came.

    Args:
        answer: the bytes of the next answers.
        repeated: is sent after the answer again and again, until the caller hangs up.
    """

    url: str = ""
    answer: bytes = b""
    repeated: bytes = b""
    requests: list[bytes] = field(default_factory=list)
    taken: int = 0


@contextmanager
def raw_server() -> Iterator[RawServer]:
    """The server while it runs."""
    raw = RawServer()

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            head, length = b"", 0
            while (line := self.rfile.readline()) not in {b"\r\n", b""}:
                head += line
                if found := _LENGTH.match(line):
                    length = int(found[1])
            self.rfile.read(length)
            raw.requests.append(head)
            with suppress(OSError):
                self.wfile.write(raw.answer)
                while raw.repeated:
                    raw.taken += self.wfile.write(raw.repeated)

        def finish(self) -> None:
            with suppress(OSError):
                super().finish()

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        raw.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield raw
        server.shutdown()
        thread.join()
