import stat
import time
from pathlib import Path

from local.processes import files


def test_a_written_file_is_whole_and_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new/stack.json"
    files.write(path, "first")
    files.write(path, "second")
    assert path.read_text() == "second"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_renewed_folder_is_empty_and_what_was_in_it_goes(tmp_path: Path) -> None:
    folder = tmp_path / "scratch"
    files.renew(folder)
    (folder / "a").mkdir()
    files.renew(folder)
    assert not list(folder.iterdir())
    deadline = time.monotonic() + 10
    while list(tmp_path.iterdir()) != [folder] and time.monotonic() < deadline:
        time.sleep(0.01)
    assert list(tmp_path.iterdir()) == [folder]


def test_of_a_log_the_end_is_shown(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert not files.tail(log, 2)
    log.write_text("1\n2\n3\n")
    assert files.tail(log, 2) == "2\n3"
