"""Processes that outlive the command that starts them, and commands that an interrupt ends with all they have started.

Each is known by its environment, which names its log file. So there is no pid file to be missing or stale: whatever a
killed command has left running, the next one finds.
"""

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile

import psutil

from tooling.errors import ProcessFailed

LOG_VARIABLE = "NOTIFICATIONS_PROCESS_LOG"
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class BackgroundProcess:
    """A process in a session of its own.

    Attributes:
        log_file: the file of its output, by which it is found again.
        environment: its whole environment, and not an addition to the caller's.
        user: the name of the user that it runs as, None for the caller.
        patience: how long it may take to end before it is killed.
    """

    log_file: Path
    command: Sequence[str | Path]
    environment: Mapping[str, str]
    user: str | None = None
    patience: timedelta = timedelta(seconds=20)

    def find(self) -> psutil.Process | None:
        """Return the running process, or None."""
        with suppress(ProcessLookupError):
            # Children inherit the environment, but not the lead of the process group.
            return next((each for each in _find_all(self.log_file) if os.getpgid(each.pid) == each.pid), None)
        return None

    def start(self, *, stdin: str = "") -> psutil.Process:
        """Start the process, with this text on its standard input."""
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("ab") as log, TemporaryFile("w+") as input_file:
            input_file.write(stdin)
            input_file.seek(0)
            child = subprocess.Popen(
                self.command,
                env={**self.environment, LOG_VARIABLE: str(self.log_file)},
                stdin=input_file,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=self.user,
                group=pwd.getpwnam(self.user).pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
            )
        # Popen warns of a child that outlives it, unless it believes that the child has ended.
        child.returncode = 0
        return psutil.Process(child.pid)

    def stop(self, first_signal: signal.Signals = signal.SIGTERM) -> bool:
        """Stop the process by the signal, then kill what is left of it and of everything that it has started.

        Returns:
            False if the process was not running.
        """
        process = self.find()
        if process is not None:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(first_signal)
            _await_end([process], self.patience)
        kill_all(self.log_file)
        return process is not None

    def run(self, *, stdin: str = "") -> None:
        """Run the process to its end, or raise ProcessFailed; an interrupt stops it."""
        self.stop()
        self.log_file.unlink(missing_ok=True)
        try:
            code = self.start(stdin=stdin).wait()
        finally:
            self.stop()
        if code != 0:
            raise ProcessFailed(f"{self.log_file.stem} failed with code {code}", self.log_file)


def is_alive(process: psutil.Process) -> bool:
    """Return False if the process has ended, even if its parent has not taken note of it yet."""
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def kill_all(logs: Path) -> None:
    """Kill the processes of a log file, or of all log files in a folder, with everything that they have started."""
    processes = _find_all(logs)
    for each in processes:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    _await_end(processes, timedelta(seconds=5))


def _find_all(logs: Path) -> list[psutil.Process]:
    environments = ((each, each.info["environ"] or {}) for each in psutil.process_iter(["environ"]))
    found = (each for each, values in environments if Path(values.get(LOG_VARIABLE, "/")).is_relative_to(logs))
    return [each for each in found if is_alive(each)]


def _await_end(processes: Sequence[psutil.Process], patience: timedelta) -> None:
    deadline = time.monotonic() + patience.total_seconds()
    while any(map(is_alive, processes)) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
