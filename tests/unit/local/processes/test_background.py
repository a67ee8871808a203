import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from local.processes import interrupts
from local.processes.background import Background
from tooling.errors import CommandFailed

SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")


@pytest.fixture
def background(tmp_path: Path) -> Iterator[Background]:
    sleeper = Background("sleeper", tmp_path)
    yield sleeper
    sleeper.stop()


@pytest.fixture
def stranger() -> Iterator[psutil.Process]:
    with subprocess.Popen(SLEEP) as child:
        yield psutil.Process(child.pid)
        child.kill()


def test_what_was_started_is_known_until_it_is_stopped(background: Background) -> None:
    started = background.start(SLEEP, {}, port=4566)
    assert background.process() == started
    assert background.port() == 4566
    assert background.stop()
    assert background.process() is None
    assert not background.stop()


def test_a_stale_pid_file_never_ends_somebody_elses_process(background: Background, stranger: psutil.Process) -> None:
    started = background.start(SLEEP, {})
    background.stop()
    stale = {"pid": stranger.pid, "created": started.create_time() - 60, "port": None}
    (background.state / "run/sleeper.json").write_text(json.dumps(stale))
    assert background.process() is None
    assert not background.stop()
    assert stranger.is_running()
    assert stranger.status() != psutil.STATUS_ZOMBIE


def test_what_a_process_started_ends_with_it(background: Background, tmp_path: Path) -> None:
    note = tmp_path / "child"
    background.start(("/bin/sh", "-c", f"sleep 60 & echo $! > {note}.new && mv {note}.new {note}; wait"), {})
    while not note.exists():
        time.sleep(0.01)
    child = psutil.Process(int(note.read_text()))
    background.stop()
    child.wait(timeout=10)


def test_a_process_that_does_not_listen_is_killed(background: Background, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.processes.background.STOP_PATIENCE", timedelta(seconds=0.2))
    background.start(("/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done"), {})
    assert background.stop()
    assert background.process() is None


def test_a_command_that_fails_names_its_log(background: Background) -> None:
    with pytest.raises(CommandFailed, match="failed with code 3") as caught:
        background.run(("/bin/sh", "-c", "cat; exit 3"), {}, text="what it read")
    assert caught.value.log.read_text() == "what it read"
    assert background.process() is None


def test_an_interrupted_command_is_ended(background: Background, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: psutil.Process) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(psutil.Process, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        background.run(SLEEP, {})
    assert background.process() is None
    assert not (background.state / "run/sleeper.json").exists()


def test_an_interrupt_waits_for_what_must_be_done_whole() -> None:
    done = []

    def interrupted_at_work() -> None:
        with interrupts.postponed():
            signal.raise_signal(signal.SIGINT)
            done.append("whole")

    with pytest.raises(KeyboardInterrupt):
        interrupted_at_work()
    assert done == ["whole"]
