"""Upload of changed functions without a deployment."""

import io
import zipfile
from pathlib import Path

import pytest
from moto import mock_aws

from ops import stack, sync
from ops.errors import NotForSync
from tooling.paths import ROOT


def test_every_function_has_its_package() -> None:
    packages = sync.packages()
    assert packages["DeadLetterFunction"] == "dead_letters"
    assert all((sync.FUNCTIONS / package / "__init__.py").exists() for package in packages.values())


def test_a_function_is_built_with_the_layout_of_a_deployment() -> None:
    archive = zipfile.ZipFile(io.BytesIO(sync.build("ReporterFunction")))
    names = set(archive.namelist())
    assert {"reporter/handler.py", "reporter/templates/report.html"} <= names
    # Unchecked bytecode, since the dates in a zip make ordinary bytecode stale.
    assert archive.read("reporter/__pycache__/handler.cpython-313.pyc")[4:8] == b"\x01\0\0\0"
    assert {name.partition("/")[0] for name in names} == {"reporter"}


def test_a_built_function_has_the_sources_of_its_package() -> None:
    built = zipfile.ZipFile(io.BytesIO(sync.build("ReporterFunction")))
    assert sync.sources_in(built) == sync.sources(ROOT / "functions/reporter")


def test_changed_added_and_removed_files_are_seen(tmp_path: Path) -> None:
    package = tmp_path / "reporter"
    package.mkdir()
    (package / "handler.py").write_text("one")
    first = sync.sources(package)
    (package / "handler.pyc").write_text("compiled")
    assert sync.sources(package) == first
    (package / "handler.py").write_text("two")
    assert sync.sources(package) != first
    (package / "handler.py").rename(package / "other.py")
    assert sync.sources(package).keys() == {"reporter/other.py"}


def test_a_stack_that_shifts_traffic_is_not_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    # Patched, because moto's CloudFormation needs a dozen more packages.
    monkeypatch.setattr(stack, "parameters", lambda _: {"TrafficShift": "Canary10Percent5Minutes"})
    with pytest.raises(NotForSync, match="make deploy"):
        sync.sync("notifications-prod")


def test_a_function_that_a_condition_leaves_out_is_not_uploaded(monkeypatch: pytest.MonkeyPatch) -> None:
    # Patched for the same reason.
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setattr(stack, "parameters", lambda _: {})
    monkeypatch.setattr(stack, "physical_ids", lambda _: {"ReporterFunction": "reporter-1a2b", "Queue": "queue"})
    monkeypatch.setattr(sync.Function, "sync", lambda function: function.physical_name == "reporter-1a2b")
    with mock_aws():
        assert sync.sync("notifications-dev") == ["ReporterFunction"]
