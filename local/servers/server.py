"""A server of the stack: starting, waiting until ready, stopping."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import NoReturn

import httpx
import psutil

from local import environment
from local.servers import ports
from tooling.errors import ProcessFailed
from tooling.process import POLL_SECONDS, BackgroundProcess, is_alive

START_TIMEOUT = timedelta(seconds=60)


@dataclass(frozen=True)
class Server:
    """A server on a port of this machine.

    Attributes:
        title: its name in messages.
        port_variable: the environment variable that moves it to another port.
        is_ready: returns True if the server accepts requests.
        prepare: called before each start, to create files and folders that the server needs.
        stop_signal: the signal for a graceful shutdown.
        is_own: True if this stack starts and stops it, False if docker compose does.
    """

    title: str
    process: BackgroundProcess
    port: int
    port_variable: str
    is_ready: Callable[[], bool]
    prepare: Callable[[], None] = lambda: None
    stop_signal: signal.Signals = signal.SIGTERM
    is_own: bool = True

    def ensure_running(self) -> bool:
        """Start the server unless it runs on its port, and wait until it is ready.

        Returns:
            True if the server was started now.

        Raises:
            PortTaken: another process listens on the port.
            ProcessFailed: the server ended, or was not ready in time.
        """
        if not self.is_own:
            self._await_ready(lambda: True)
            return False
        found = self.process.find()
        running = found if found and environment.port_of(found) == self.port else None
        self._await_ready(partial(is_alive, running or self._start()))
        return running is None

    def is_running(self) -> bool:
        """Return True if the server's process runs or, for a server of docker compose, if it is ready."""
        return self.process.find() is not None if self.is_own else self.is_ready()

    def become(self) -> NoReturn:
        """Replace this process by the server, which then runs in the foreground."""
        self.prepare()
        command = [str(each) for each in self.process.command]
        os.execve(command[0], command, self.process.environment)  # noqa: S606 - a program, and no shell

    def stop(self) -> bool:
        """Stop the server, and return False if it was not running."""
        return self.process.stop(self.stop_signal)

    def _start(self) -> psutil.Process:
        self.stop()
        ports.require_free(self.port, needed_by=self.title, variable=self.port_variable)
        self.prepare()
        return self.process.start()

    def _await_ready(self, is_alive: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_TIMEOUT.total_seconds()
        while not self.is_ready():
            if not is_alive():
                raise ProcessFailed(f"{self.title} ended while starting", self.process.log_file)
            if time.monotonic() > deadline:
                raise ProcessFailed(f"{self.title} was not ready in {START_TIMEOUT.seconds} s", self.process.log_file)
            time.sleep(POLL_SECONDS)


def is_success(url: str) -> bool:
    """Return True if a GET of the URL succeeds."""
    try:
        return httpx.get(url, trust_env=False).is_success
    except httpx.HTTPError:
        return False
