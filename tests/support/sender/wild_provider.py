"""Provider that answers every call with given bytes."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread


class Wild(socketserver.ThreadingTCPServer):
    """Provider that answers each request with `answer` and closes the connection; `requests` are those received."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.answer = b""
        self.requests: list[bytes] = []

    @property
    def url(self) -> str:
        """Return the server's URL."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Conversation(socketserver.StreamRequestHandler):
    server: Wild

    def handle(self) -> None:
        head = b"".join(iter(self.rfile.readline, b"\r\n"))
        length = next(line for line in head.lower().splitlines() if line.startswith(b"content-length:"))
        self.server.requests.append(head + self.rfile.read(int(length.partition(b":")[2])))
        try:
            self.wfile.write(self.server.answer)
        except OSError:
            """The sender has read as much as it takes."""


@contextmanager
def wild() -> Iterator[Wild]:
    """Run the provider in threads of this process, on a free port."""
    with Wild() as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


def http(status: int, body: bytes = b"", **headers: str) -> bytes:
    """Return a well-formed answer; underscores in headers' names become hyphens."""
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "Connection: close", "", ""]).encode() + body
