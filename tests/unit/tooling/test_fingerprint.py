from pathlib import Path

import pytest

from tooling.fingerprint import Stamp, fingerprint


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "functions"
    (folder / "api").mkdir(parents=True)
    (folder / "api/app.py").write_text("1")
    return folder


def test_unchanged_files_have_the_same_fingerprint(source: Path) -> None:
    assert fingerprint([source], {"a": "1", "b": "2"}) == fingerprint([source], {"b": "2", "a": "1"})


def test_compiled_python_does_not_change_the_fingerprint(source: Path) -> None:
    before = fingerprint([source])
    (source / "api/__pycache__").mkdir()
    (source / "api/__pycache__/app.pyc").write_text("x")
    assert fingerprint([source]) == before


def test_changed_content_changes_the_fingerprint(source: Path) -> None:
    before = fingerprint([source])
    (source / "api/app.py").write_text("2")
    assert fingerprint([source]) != before


def test_a_renamed_file_changes_the_fingerprint(source: Path) -> None:
    before = fingerprint([source])
    (source / "api/app.py").rename(source / "api/main.py")
    assert fingerprint([source]) != before


def test_a_parameter_changes_the_fingerprint(source: Path) -> None:
    assert fingerprint([source], {"ProviderUrl": "http://a"}) != fingerprint([source], {"ProviderUrl": "http://b"})


def test_a_source_can_be_a_single_file(source: Path) -> None:
    before = fingerprint([source / "api/app.py"])
    (source / "api/app.py").write_text("2")
    assert fingerprint([source / "api/app.py"]) != before


def test_a_stamp_matches_the_last_success_only(tmp_path: Path) -> None:
    stamp = Stamp(tmp_path / "folder/stamp")
    assert not stamp.matches("one")
    stamp.write("one")
    assert stamp.matches("one")
    assert not stamp.matches("two")
    stamp.clear()
    assert not stamp.matches("one")
