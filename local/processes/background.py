"""Processes that outlive the command that starts them, each known by a pid file.

A pid file also records when its process was created: the number alone may meanwhile be somebody else's.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from pwd import struct_passwd
from tempfile import TemporaryFile
from typing import IO, Any

import psutil

from local.processes import files, interrupts
from tooling.errors import CommandFailed

Command = Sequence[str | Path]

STOP_PATIENCE = timedelta(seconds=20)
POLL = timedelta(seconds=0.05)
# A creation time is worked out from the machine's boot time, which a correction of the clock moves a little.
CREATED_TOLERANCE = timedelta(seconds=1)


@dataclass(frozen=True)
class Background:
    """A process in a session of its own, with its pid file and its log.

    Attributes:
        name: what it is called in `state/run` and `state/logs`.
        state: the folder of everything that the stack writes.
    """

    name: str
    state: Path

    @property
    def log(self) -> Path:
        """What it prints."""
        return self.state / "logs" / f"{self.name}.log"

    @property
    def _pid_file(self) -> Path:
        return self.state / "run" / f"{self.name}.json"

    def process(self) -> psutil.Process | None:
        """The process that the pid file means, or None when that one has ended."""
        record = self._record()
        if record is None:
            return None
        try:
            process = psutil.Process(record["pid"])
            same = abs(process.create_time() - record["created"]) <= CREATED_TOLERANCE.total_seconds()
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    def port(self) -> int | None:
        """The port that the process was started for."""
        record = self._record()
        return record["port"] if record else None

    def start(
        self,
        command: Command,
        environment: Mapping[str, str],
        *,
        stdin: IO[str] | int = subprocess.DEVNULL,
        port: int | None = None,
        account: struct_passwd | None = None,
    ) -> psutil.Process:
        """Start the command and record it, both or neither.

        Args:
            command: the program and its arguments.
            environment: all of its environment.
            stdin: what it reads.
            port: where it listens, for the record.
            account: whom it runs as, when not as who calls.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with interrupts.postponed(), self.log.open("ab") as log:
            child = subprocess.Popen(
                command,
                env=environment,
                stdin=stdin,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=account and account.pw_uid,
                group=account and account.pw_gid,
                extra_groups=[] if account else None,
            )
            process = psutil.Process(child.pid)
            # It is meant to outlive this process, which Popen would warn of.
            child.returncode = 0
            record = {"pid": process.pid, "created": process.create_time(), "port": port}
            files.write(self._pid_file, json.dumps(record))
        return process

    def stop(self, how: signal.Signals = signal.SIGTERM) -> bool:
        """End the process with all that it started, gently first; False when there was none."""
        process = self.process()
        if process is not None:
            process.send_signal(how)
            self._await_end()
            # Its number is its group's: what it started goes with it, and so does it if it did not listen.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            self._await_end()
        self._pid_file.unlink(missing_ok=True)
        return process is not None

    def _await_end(self) -> None:
        deadline = time.monotonic() + STOP_PATIENCE.total_seconds()
        while self.process() is not None and time.monotonic() < deadline:
            time.sleep(POLL.total_seconds())

    def run(
        self,
        command: Command,
        environment: Mapping[str, str],
        *,
        text: str = "",
        account: struct_passwd | None = None,
    ) -> None:
        """Run the command to its end, or raise CommandFailed; what interrupts this ends the command too.

        Args:
            command: the program and its arguments.
            environment: all of its environment.
            text: what it reads from its standard input.
            account: whom it runs as, when not as who calls.
        """
        self.stop()
        self.log.unlink(missing_ok=True)
        try:
            with TemporaryFile("w+") as stdin:
                stdin.write(text)
                stdin.seek(0)
                process = self.start(command, environment, stdin=stdin, account=account)
            code = process.wait()
        finally:
            self.stop()
        if code != 0:
            raise CommandFailed(f"{self.name} failed with code {code}", self.log)

    def _record(self) -> dict[str, Any] | None:
        return json.loads(self._pid_file.read_text()) if self._pid_file.exists() else None
