"""Choice of the Node that builds the admin site."""

from pathlib import Path

import pytest

from ops.site import node
from tooling import paths


def _have_node(folder: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    for name in ("node", "npm"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho {version}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


@pytest.mark.parametrize("version", ["v20.19.0", "v22.0.1", "v24.19.0"])
def test_a_recent_node_of_the_machine_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    _have_node(tmp_path, monkeypatch, version)
    installed = list[str]()
    assert node.environment(lambda: installed.append("node"))["PATH"] == str(tmp_path)
    assert not installed


@pytest.mark.parametrize("version", ["v18.20.1", "v20.18.9"])
def test_an_old_node_is_replaced_by_the_one_from_pypi(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    _have_node(tmp_path, monkeypatch, version)
    installed = list[str]()
    assert node.environment(lambda: installed.append("node"))["PATH"].startswith(str(paths.NODE / "bin"))
    assert installed == ["node"]


def test_without_node_the_one_from_pypi_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    installed = list[str]()
    node.environment(lambda: installed.append("node"))
    assert installed == ["node"]
