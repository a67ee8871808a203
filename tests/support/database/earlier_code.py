"""Code of earlier versions from git, to run in other processes."""

import io
import os
import subprocess
import tarfile
from importlib.metadata import distributions
from pathlib import Path

import pytest

from notifications.database import migrations
from tooling import paths

CODE = ("layers/shared", "functions")
VERSIONS = ":(glob)**/migrations/versions/*.py"


def commit_before(revision: str) -> str:
    """Return the last commit before a schema revision was added: HEAD if the revision is not committed yet."""
    # By its content, since files have been moved and renamed.
    declared = f'-G^revision = "{revision}"'
    added = _git("log", declared, "--format=%H", "--", VERSIONS).decode().split()
    return f"{added[-1]}^" if added else "HEAD"


def unpack(commit: str, folder: Path) -> Path:
    """Write the code of a commit into a folder and return the folder.

    Skips the test in a shallow clone, but fails it in the pipeline, where it would otherwise never run.
    """
    with tarfile.open(fileobj=io.BytesIO(_git("archive", commit, *CODE))) as packed:
        packed.extractall(folder, filter="data")
    missing = _packages(folder) - {each.name.lower().replace("_", "-") for each in distributions()}
    assert not missing, f"the version of {commit} needs packages that are not installed: {', '.join(sorted(missing))}"
    return folder


def newest_revision(code: Path) -> str:
    """Return the newest of today's revisions that a version contains."""
    return [each for each in migrations.revisions() if any(code.rglob(f"migrations/versions/{each}_*.py"))][-1]


def _packages(code: Path) -> set[str]:
    """Read the package names in the requirements of the code's layer."""
    lines = (code / "layers/shared/requirements.txt").read_text().splitlines()
    return {line.partition("==")[0].partition("[")[0] for line in lines if "==" in line and line[0].isalpha()}


def _git(*arguments: str) -> bytes:
    try:
        return subprocess.run(["git", *arguments], cwd=paths.ROOT, check=True, capture_output=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        message = f"no code of earlier versions: {error}. Fetch the whole history with: git fetch --unshallow"
        if "GITLAB_CI" in os.environ:
            pytest.fail(f"{message}, or set GIT_DEPTH to 0 in .gitlab-ci.yml")
        pytest.skip(message)
