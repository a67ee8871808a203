"""Platform names of machines and of Lambda."""

import platform

import pytest

from local.deployment import platforms


@pytest.mark.parametrize(
    ("system", "machine", "here", "there"),
    [
        ("Linux", "x86_64", "x86_64-manylinux_2_28", "x86_64-manylinux_2_28"),
        ("Linux", "aarch64", "aarch64-manylinux_2_28", "aarch64-manylinux_2_28"),
        ("Darwin", "arm64", "aarch64-apple-darwin", "aarch64-manylinux_2_28"),
        ("Darwin", "x86_64", "x86_64-apple-darwin", "x86_64-manylinux_2_28"),
    ],
)
def test_each_machine_has_its_platform_names(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, here: str, there: str
) -> None:
    # Patched, because the tests run on one kind of machine only.
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert (platforms.machine_platform(), platforms.lambda_platform()) == (here, there)
