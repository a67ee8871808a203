"""Background processes that outlive the command that starts them, and child processes that end with it.

A process is found by an environment variable that names its log file. There is no pid file that could be missing or
stale, so a command also finds processes that a killed command has left running.
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
    """A process in its own session.

    Attributes:
        log_file: the file of its output; identifies the process.
        environment: its complete environment; the caller's is not inherited.
        user: the name of the user that it runs as, None for the caller's.
        stop_timeout: the time that it has to end before it is killed.
    """

    log_file: Path
    command: Sequence[str | Path]
    environment: Mapping[str, str]
    user: str | None = None
    stop_timeout: timedelta = timedelta(seconds=20)

    def find(self) -> psutil.Process | None:
        """Return the running process, or None."""
        with suppress(ProcessLookupError):
            # Children inherit the environment, but do not lead the process group.
            return next((each for each in _find_all(self.log_file) if os.getpgid(each.pid) == each.pid), None)
        return None

    def start(self, *, stdin: str = "") -> psutil.Process:
        """Start the process, with this text on its standard input, and return when `find` can find it."""
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
        # Without an exit code Popen warns about a child that outlives it.
        child.returncode = 0
        process = psutil.Process(child.pid)
        _await_environment(process)
        return process

    def stop(self, first_signal: signal.Signals = signal.SIGTERM) -> bool:
        """Send the signal, wait, then kill the process and everything that it has started if they still run.

        Returns:
            False if the process was not running.
        """
        process = self.find()
        if process is not None:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(first_signal)
            _await_end([process], self.stop_timeout)
        kill_all(self.log_file)
        return process is not None

    def run(self, *, stdin: str = "") -> None:
        """Run the process to its end; an interrupt stops it.

        Raises:
            ProcessFailed: its exit code is not 0.
        """
        self.stop()
        self.log_file.unlink(missing_ok=True)
        try:
            code = self.start(stdin=stdin).wait()
        finally:
            self.stop()
        if code != 0:
            raise ProcessFailed(f"{self.log_file.stem} failed with exit code {code}", self.log_file)


def is_alive(process: psutil.Process) -> bool:
    """Return False if the process has ended, even if its parent has not waited for it yet."""
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _await_environment(process: psutil.Process) -> None:
    """Wait until the system shows the process's environment, which is empty for a moment after Popen returns."""
    with suppress(psutil.Error):
        while is_alive(process) and LOG_VARIABLE not in process.environ():
            time.sleep(0)


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


def _await_end(processes: Sequence[psutil.Process], timeout: timedelta) -> None:
    deadline = time.monotonic() + timeout.total_seconds()
    while any(map(is_alive, processes)) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
