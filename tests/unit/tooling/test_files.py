import stat
import time
from pathlib import Path

from tooling import files


def test_a_written_file_is_complete_and_private(tmp_path: Path) -> None:
    path = tmp_path / "new/stack.json"
    files.write(path, "first")
    files.write(path, "second")
    assert path.read_text() == "second"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_an_emptied_folder_is_empty_and_its_old_content_is_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "scratch"
    files.empty(folder)
    (folder / "a").mkdir()
    files.empty(folder)
    assert not list(folder.iterdir())
    deadline = time.monotonic() + 10
    while list(tmp_path.iterdir()) != [folder] and time.monotonic() < deadline:
        time.sleep(0.01)
    assert list(tmp_path.iterdir()) == [folder]
