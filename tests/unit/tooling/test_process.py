import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from tooling.errors import ProcessFailed
from tooling.process import LOG_VARIABLE, BackgroundProcess, is_alive, kill_all

SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[BackgroundProcess]:
    process = BackgroundProcess(tmp_path / "logs/sleeper.log", SLEEP, {})
    yield process
    process.stop()


@pytest.fixture
def stranger() -> Iterator[psutil.Process]:
    with subprocess.Popen(SLEEP) as child:
        yield psutil.Process(child.pid)
        child.kill()


def pid_in(note: Path) -> int:
    wait_until(note.exists)
    return int(note.read_text())


def wait_until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def with_child(process: BackgroundProcess, note: Path) -> BackgroundProcess:
    """Return a shell process with a child whose pid it writes to a file."""
    script = f"sleep 60 & echo $! > {note}.new && mv {note}.new {note}; wait"
    return replace(process, command=("/bin/sh", "-c", script))


def test_a_started_process_is_found_until_it_is_stopped(sleeper: BackgroundProcess) -> None:
    started = sleeper.start()
    assert sleeper.find() == started
    assert sleeper.stop()
    assert sleeper.find() is None
    assert not sleeper.stop()


def test_a_process_is_found_as_soon_as_it_has_started(sleeper: BackgroundProcess) -> None:
    # Without waiting, one start in ten shows no environment yet.
    short = replace(sleeper, command=("sleep", "60"))
    for _ in range(60):
        assert LOG_VARIABLE in short.start().environ()
    assert short.stop()


def test_another_command_finds_it_by_its_log_file(sleeper: BackgroundProcess) -> None:
    started = sleeper.start()
    assert replace(sleeper, command=(), environment={}).find() == started
    assert replace(sleeper, log_file=sleeper.log_file.with_name("other.log")).find() is None


def test_processes_of_other_commands_are_left_alone(sleeper: BackgroundProcess, stranger: psutil.Process) -> None:
    sleeper.start()
    assert sleeper.stop()
    kill_all(sleeper.log_file.parent)
    assert is_alive(stranger)


def test_a_killed_process_is_not_found(sleeper: BackgroundProcess) -> None:
    started = sleeper.start()
    started.kill()
    wait_until(lambda: sleeper.find() is None)
    assert not sleeper.stop()


def test_child_processes_end_with_their_parent(sleeper: BackgroundProcess, tmp_path: Path) -> None:
    parent = with_child(sleeper, tmp_path / "child")
    parent.start()
    child = psutil.Process(pid_in(tmp_path / "child"))
    parent.stop()
    wait_until(lambda: not is_alive(child))


def test_an_orphaned_child_is_not_mistaken_for_its_parent_and_is_stopped(
    sleeper: BackgroundProcess, tmp_path: Path
) -> None:
    parent = with_child(sleeper, tmp_path / "child")
    started = parent.start()
    child = psutil.Process(pid_in(tmp_path / "child"))
    started.kill()
    wait_until(lambda: not is_alive(started))
    assert is_alive(child)
    assert parent.find() is None
    parent.stop()
    assert not is_alive(child)


def test_a_process_that_ignores_the_signal_is_killed(sleeper: BackgroundProcess, tmp_path: Path) -> None:
    script = f"trap '' TERM; echo $$ > {tmp_path}/deaf; while :; do sleep 1; done"
    deaf = replace(sleeper, command=("/bin/sh", "-c", script), stop_timeout=timedelta(seconds=0.2))
    deaf.start()
    wait_until((tmp_path / "deaf").exists)
    assert deaf.stop()
    assert deaf.find() is None


def test_all_processes_of_a_folder_are_killed_at_once(sleeper: BackgroundProcess) -> None:
    other = replace(sleeper, log_file=sleeper.log_file.with_name("other.log"))
    started = [sleeper.start(), other.start()]
    kill_all(sleeper.log_file.parent)
    assert not any(map(is_alive, started))


def test_a_process_gets_no_variables_of_its_caller(sleeper: BackgroundProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://production")
    started = replace(sleeper, environment={"TZ": "UTC"}).start()
    environ = started.environ()
    assert (environ["TZ"], environ[LOG_VARIABLE]) == ("UTC", str(sleeper.log_file))
    assert "DATABASE_URL" not in environ


def test_a_command_that_fails_names_its_log(sleeper: BackgroundProcess) -> None:
    failing = replace(sleeper, command=("/bin/sh", "-c", "cat; exit 3"))
    with pytest.raises(ProcessFailed, match="failed with exit code 3") as caught:
        failing.run(stdin="what it read")
    assert caught.value.log.read_text() == "what it read"
    assert failing.find() is None


def test_a_command_first_stops_processes_that_a_killed_one_has_left(sleeper: BackgroundProcess) -> None:
    left = sleeper.start()
    replace(sleeper, command=("true",)).run()
    assert not is_alive(left)


def test_an_interrupt_stops_the_command(sleeper: BackgroundProcess, tmp_path: Path) -> None:
    """Sends SIGINT to this process once the command runs."""
    script = f"echo $$ > {tmp_path}/pid; kill -INT {os.getpid()}; sleep 60"
    command = replace(sleeper, command=("/bin/sh", "-c", script))
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            command.run()
    finally:
        signal.signal(signal.SIGINT, handler)
    assert not is_alive(psutil.Process(pid_in(tmp_path / "pid")))
