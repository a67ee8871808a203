"""Databases that accept connections and stop answering."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@contextmanager
def silent() -> Iterator[int]:
    """Run a server that accepts connections and never answers, and yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@dataclass
class Relay:
    """Relay to a server on a Unix socket that can hold back all answers.

    Attributes:
        talks: cleared while answers are held back.
    """

    path: str
    talks: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def open(self) -> Iterator[int]:
        """Yield the relay's port."""
        self.talks.set()
        with socket.create_server(("127.0.0.1", 0)) as server:
            threading.Thread(target=self._accept, args=(server,), daemon=True).start()
            yield server.getsockname()[1]
            self.talks.set()

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            there = socket.socket(socket.AF_UNIX)
            there.connect(self.path)
            for source, target in ((client, there), (there, client)):
                threading.Thread(target=self._copy, args=(source, target), daemon=True).start()

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        with source, target:
            with suppress(OSError):
                while data := source.recv(65536):
                    self.talks.wait()
                    target.sendall(data)
            for each in (source, target):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
