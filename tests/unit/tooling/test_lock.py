import threading
from pathlib import Path

import pytest

from tooling.lock import exclusive


def test_a_second_command_waits_and_names_the_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock, order = tmp_path / "lock", list[str]()

    def second() -> None:
        with exclusive(lock, "second"):
            order.append("second")

    with exclusive(lock, "first"):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(timeout=0.2)
        assert thread.is_alive()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert ": first (pid " in capsys.readouterr().out
