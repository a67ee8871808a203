"""The version before goes on working while the newest migration is applied, and afterwards.

That version is what the repository had before the newest migration was added.
"""

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text

from notifications.database import migrations
from notifications.statistics import reconciliation
from provider_simulator import Provider, Simulator, serve
from tests.integration.upgrade.version import ROLES, ROUNDS
from tooling import paths

VERSIONS = "layers/shared/notifications/database/migrations/versions"
CODE = ("layers/shared", "functions")
BEFORE, NEWEST = migrations.revisions()[-2:]
AUDIENCE = 20


@pytest.fixture(scope="module")
def version_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its code, in a folder of its own."""
    folder = tmp_path_factory.mktemp("before")
    (newest,) = (paths.ROOT / VERSIONS).glob(f"{NEWEST}_*.py")
    added = git("log", "--diff-filter=A", "--max-count=1", "--format=%H", "--", str(newest))
    if added is None:
        pytest.skip("there is no history of git here: no version before to be had")
    archive = git("archive", f"{added.decode().strip()}^" if added else "HEAD", *CODE)
    if archive is None:
        pytest.skip(
            "the history of git ends before the newest migration (a shallow clone): no version before to be had"
        )
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        packed.extractall(folder, filter="data")
    if missing := packages(folder) - packages(paths.ROOT):
        pytest.skip(f"the version before needs what this one has no more: {', '.join(sorted(missing))}")
    return folder


def packages(code: Path) -> set[str]:
    """The names of the packages that a version has on its functions' layer."""
    lines = (code / "layers/shared/requirements.txt").read_text().splitlines()
    return {line.partition("==")[0].partition("[")[0] for line in lines if "==" in line and line[0].isalpha()}


def git(*arguments: str) -> bytes | None:
    """What git answers; None if it cannot."""
    try:
        return subprocess.run(["git", *arguments], cwd=paths.ROOT, check=True, capture_output=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None


@pytest.fixture
def provider() -> Iterator[Simulator]:
    with serve() as served:
        yield served


@pytest.fixture
def environment(fresh: Engine, provider: Simulator, version_before: Path) -> dict[str, str]:
    """What the version before finds around it."""
    url = make_url(fresh.url).update_query_dict({"sslmode": "disable"})
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([*(str(version_before / each) for each in CODE), str(paths.ROOT)]),
        "DATABASE_URL": url.render_as_string(hide_password=False),
        "QUEUE_URL": "http://queue",
        "PROVIDER_URL": provider.url,
        "PROVIDER_TOKEN": "token",
        "DISPATCHER_FUNCTION_NAME": "dispatcher",
        "POWERTOOLS_METRICS_NAMESPACE": "test",
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    }


def test_the_version_before_works_through_the_migration(
    fresh: Engine, environment: dict[str, str], provider: Simulator, tmp_path: Path
) -> None:
    migrations.upgrade(fresh, BEFORE)
    with fresh.begin() as connection:
        connection.execute(text(_CLIENTS), {"audience": AUDIENCE})
    with ExitStack() as stack:
        at_work = [stack.enter_context(begin(role, environment, tmp_path)) for role in ROLES]
        for process in at_work:
            # Among the metrics.
            assert "ready\n" in (process.stdout or ()), errors(tmp_path)
        migrations.upgrade(fresh)
        ends = [process.communicate("the schema has moved\n", timeout=60)[0] for process in at_work]
    assert [process.returncode for process in at_work] == [0, 0], errors(tmp_path)
    assert all(json.loads(end.splitlines()[-1])["rounds"] >= 2 * ROUNDS for end in ends)
    assert_all_is_accounted_for(fresh, provider.provider)


def begin(role: str, environment: dict[str, str], folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.integration.upgrade.version", role]
    with (folder / f"{role}.log").open("w") as log:
        return subprocess.Popen(
            command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
        )


def errors(folder: Path) -> str:
    return "\n".join(file.read_text() for file in folder.glob("*.log"))


def assert_all_is_accounted_for(engine: Engine, provider: Provider) -> None:
    with engine.connect() as connection:
        ids = connection.execute(text("SELECT id FROM mailing")).scalars().all()
        sent = connection.execute(text("SELECT count(*) FROM message WHERE status = 'sent'")).scalar_one()
        assert reconciliation.reconcile(connection, ids).differences == []
    assert len(list(provider.ledger.since(0))) == sent > 0


_CLIENTS = """
    INSERT INTO client (phone, operator_code, timezone)
    SELECT '7926' || lpad(n::text, 7, '0'), '926', 'Europe/Moscow' FROM generate_series(1, :audience) AS n
"""
