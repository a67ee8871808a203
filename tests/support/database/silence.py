"""Databases that accept connections and stop answering, or go away for a while."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@contextmanager
def silent() -> Iterator[int]:
    """Run a server that accepts connections and never answers, and yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@dataclass
class Relay:
    """Relay to a server on a Unix socket that can hold back all answers, or break and refuse connections.

    Attributes:
        talks: cleared while answers are held back.
        refuses: returns True while new connections are refused.
    """

    path: str
    talks: threading.Event = field(default_factory=threading.Event)
    refuses: Callable[[], bool] = lambda: False
    _open: set[socket.socket] = field(default_factory=set)

    def go_away(self, refuses: Callable[[], bool]) -> None:
        """Break all connections, and refuse new ones as long as the function says so."""
        self.refuses = refuses
        for each in list(self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

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
            if self.refuses():
                client.close()
                continue
            self._open.add(client)
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
