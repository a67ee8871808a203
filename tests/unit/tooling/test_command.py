"""The end of a command: exit code and output."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tooling import command
from tooling.errors import CommandError, ProcessFailed

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def _restored_handlers() -> Iterator[None]:
    before = {each: signal.getsignal(each) for each in SIGNALS}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


def failing_with(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def test_a_successful_command_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(lambda: None) == 0
    assert capsys.readouterr() == ("", "")


def test_an_error_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(failing_with(CommandError("the stack is not running"))) == 1
    assert capsys.readouterr().err == "error: the stack is not running\n"


def test_a_failed_process_shows_the_end_of_its_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "sam.log"
    log.write_text("\n".join(map(str, range(100))))
    assert command.run(failing_with(ProcessFailed("sam failed", log))) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[-2:] == ["99", f"error: sam failed. Read its log: {log}"]
    assert len(lines) == command.LOG_LINES_SHOWN + 1


@pytest.mark.parametrize("number", SIGNALS)
def test_every_signal_interrupts_and_prints_the_remedy(
    number: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> None:
        os.kill(os.getpid(), number)

    assert command.run(interrupted, if_interrupted="run it again") == command.INTERRUPTED_EXIT_CODE
    assert capsys.readouterr().err == "run it again\n"


def test_a_missing_log_has_no_lines(tmp_path: Path) -> None:
    assert not command.last_lines(tmp_path / "log", 2)
