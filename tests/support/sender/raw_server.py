"""Server that answers every request with given bytes and closes the connection."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer

_LENGTH = re.compile(rb"(?i)^content-length: *([0-9]+)")


@dataclass
class RawServer:
    """Answers to send, and heads and bodies of received requests.

    Args:
        answer: bytes of the next answers.
        repeated: bytes to repeat after the answer until the caller closes the connection.
    """

    url: str = ""
    answer: bytes = b""
    repeated: bytes = b""
    requests: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    taken: int = 0


@contextmanager
def raw_server() -> Iterator[RawServer]:
    """Run the server for the duration of the block."""
    raw = RawServer()

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            head, length = b"", 0
            while (line := self.rfile.readline()) not in {b"\r\n", b""}:
                head += line
                if found := _LENGTH.match(line):
                    length = int(found[1])
            raw.bodies.append(self.rfile.read(length))
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
