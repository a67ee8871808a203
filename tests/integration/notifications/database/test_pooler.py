"""The functions behind PgBouncer in transaction mode, where each transaction may use another server connection."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text

from notifications.database import engine as database
from notifications.database import migrations, sessions
from notifications.statistics import reconciliation
from provider_simulator import Simulator, serve
from tests.integration.upgrade.version import ROLES
from tests.support.database.pgbouncer import PROGRAM, pgbouncer
from tests.support.functions.environment import REQUIRED
from tooling import paths

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="needs pgbouncer: apt-get install pgbouncer")

CLIENTS = text("""
    INSERT INTO client (phone, operator_code, timezone)
    SELECT '7926' || lpad(n::text, 7, '0'), '926', 'Europe/Moscow' FROM generate_series(1, 20) AS n
""")
IS_VALID = text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:index)")
STEPS = """
from notifications.database.migrations import online

revision = "large"
down_revision = {before!r}


def upgrade() -> None:
    online.create_index("ix_many", "client", ["timezone", "id"])
    online.in_batches("client", "UPDATE client SET timezone = 'Asia/Omsk' WHERE id > :after AND id <= :upto")
"""


@pytest.fixture
def server(database_url: str) -> Path:
    folder = make_url(database_url).query["host"]
    assert isinstance(folder, str)
    return Path(folder)


@pytest.fixture
def pooled_url(server: Path, tmp_path: Path) -> Iterator[str]:
    with pgbouncer(server, tmp_path, "transaction") as port:
        yield f"postgresql://postgres@127.0.0.1:{port}/steps?sslmode=disable"


@pytest.fixture
def url_by_statement(server: Path, tmp_path: Path) -> Iterator[str]:
    with pgbouncer(server, tmp_path, "statement") as port:
        yield f"postgresql://postgres@127.0.0.1:{port}/steps?sslmode=disable"


@pytest.fixture
def provider() -> Iterator[Simulator]:
    with serve() as served:
        yield served


def test_the_functions_work_behind_a_pooler(
    fresh: Engine, pooled_url: str, provider: Simulator, tmp_path: Path
) -> None:
    pooled = database.engine(pooled_url, sessions.MIGRATOR)
    migrations.upgrade(pooled)
    pooled.dispose()
    with fresh.begin() as connection:
        connection.execute(CLIENTS)
    environment = {
        **os.environ,
        **REQUIRED,
        "PYTHONPATH": os.pathsep.join(str(paths.ROOT / each) for each in ("layers/shared", "functions", "")),
        "DATABASE_URL": pooled_url,
        "PROVIDER_URL": provider.url,
        "POWERTOOLS_METRICS_NAMESPACE": "test",
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    }
    at_work = [_begin(role, environment, tmp_path) for role in ROLES]
    ends = [process.communicate("enough\n", timeout=60)[0] for process in at_work]
    logs = "\n".join((tmp_path / f"{role}.log").read_text() for role in ROLES)
    assert [process.returncode for process in at_work] == [0] * len(ROLES), logs
    assert all(json.loads(end.splitlines()[-1])["rounds"] for end in ends)
    with fresh.connect() as connection:
        ids = connection.execute(text("SELECT id FROM mailing")).scalars().all()
        sent = connection.execute(text("SELECT count(*) FROM message WHERE status = 'sent'")).scalar_one()
        assert reconciliation.reconcile(connection, ids).differences == []
    assert len(list(provider.provider.ledger.calls_from(0))) == sent > 0


def _begin(role: str, environment: dict[str, str], folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.integration.upgrade.version", role]
    with (folder / f"{role}.log").open("w") as log:
        return subprocess.Popen(
            command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
        )


def test_a_session_through_a_pooler_uses_no_settings_and_no_prepared_statements(fresh: Engine, pooled_url: str) -> None:
    assert fresh
    pooled = database.engine(pooled_url, sessions.SENDER)
    for _ in range(10):
        with pooled.connect() as connection:
            names = ("enable_seqscan", "statement_timeout", "TimeZone")
            query = text("SELECT current_setting(:a), current_setting(:b), current_setting(:c)")
            found = connection.execute(query, dict(zip("abc", names, strict=True))).one()
            assert tuple(found) == ("on", "0", "UTC")
            assert connection.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar_one() == 0
    pooled.dispose()


def test_a_pooler_in_statement_mode_is_refused_at_deploy(fresh: Engine, url_by_statement: str) -> None:
    assert fresh
    pooled = database.engine(url_by_statement, sessions.MIGRATOR)
    with pytest.raises(migrations.UnsuitableDatabase, match="transaction blocks not allowed in statement pooling mode"):
        migrations.upgrade(pooled)
    pooled.dispose()


def test_a_large_table_is_migrated(fresh: Engine, pooled_url: str, tmp_path: Path) -> None:
    (tmp_path / "steps").mkdir()
    (tmp_path / "steps/large.py").write_text(STEPS.format(before=migrations.revisions()[-1]))
    pooled = database.engine(pooled_url, sessions.MIGRATOR)
    migrations.upgrade(pooled)
    with fresh.begin() as connection:
        connection.execute(CLIENTS)
    migrations.upgrade(pooled, versions=(*migrations.VERSIONS, tmp_path / "steps"))
    pooled.dispose()
    with fresh.connect() as connection:
        assert connection.execute(
            text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_many'::regclass")
        ).scalar()
        assert connection.execute(text("SELECT DISTINCT timezone FROM client")).scalars().all() == ["Asia/Omsk"]
