"""Imports of the installation, which runs before any package is installed."""

import subprocess
import sys

import pytest

from tooling import paths


@pytest.mark.parametrize("module", ["tooling.install", "ops.stages"])
def test_installation_imports_only_the_standard_library(module: str) -> None:
    without_packages = [sys.executable, "-S", "-c", f"import {module}"]
    done = subprocess.run(without_packages, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
