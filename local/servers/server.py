"""The stack's servers: how each is described, started, awaited and stopped."""

import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from pwd import struct_passwd
from typing import NoReturn

import httpx

from local.processes import files, ports
from local.processes.background import Background, Command
from tooling.errors import CommandFailed

START_PATIENCE = timedelta(seconds=60)
POLL = timedelta(seconds=0.05)


@dataclass(frozen=True)
class Service:
    """A server on a port of this machine.

    Attributes:
        title: what people call it.
        background: its process.
        variable: the environment variable that moves its port.
        answers: whether it takes requests.
        stop_signal: what makes it end gently.
        account: whom it runs as, when not as who calls.
        scratch: a folder that it leaves things in and that is empty when it starts.
        is_own: whether it is this stack's to start and end.
    """

    title: str
    background: Background
    port: int
    variable: str
    command: Command
    environment: Mapping[str, str]
    answers: Callable[[], bool]
    stop_signal: signal.Signals = signal.SIGTERM
    account: struct_passwd | None = None
    scratch: Path | None = None
    is_own: bool = True

    def ensure(self) -> bool:
        """Have it running and answering on its port; True when it had to be started."""
        if not self.is_own:
            self._await_answer()
            return False
        running = self.background.process() is not None and self.background.port() == self.port
        if not running:
            self.stop()
            ports.require_free(self.port, wanted_by=self.title, variable=self.variable)
            if self.scratch:
                files.renew(self.scratch)
            self.background.start(self.command, self.environment, port=self.port, account=self.account)
        self._await_answer()
        return not running

    def is_running(self) -> bool:
        """Whether it is there to be worked with."""
        return self.background.process() is not None if self.is_own else self.answers()

    def become(self) -> NoReturn:
        """Go on as this server, in the foreground."""
        if self.scratch:
            files.renew(self.scratch)
        os.execve(self.command[0], [str(each) for each in self.command], self.environment)  # noqa: S606

    def stop(self) -> bool:
        """End it; False when it was not running."""
        return self.background.stop(self.stop_signal)

    def _await_answer(self) -> None:
        deadline = time.monotonic() + START_PATIENCE.total_seconds()
        while not self.answers():
            if self.is_own and self.background.process() is None:
                raise CommandFailed(f"{self.title} has ended", self.background.log)
            if time.monotonic() > deadline:
                raise CommandFailed(f"{self.title} does not answer on port {self.port}", self.background.log)
            time.sleep(POLL.total_seconds())


def answers_http(url: str) -> bool:
    """Whether a GET is answered with success."""
    try:
        return httpx.get(url, trust_env=False).is_success
    except httpx.HTTPError:
        return False
