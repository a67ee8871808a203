"""The previous version keeps working during and after the newest migrations.

The previous version is the commit before the one that added the first of them.
"""

import json
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from notifications.database import migrations
from notifications.database.tables import metadata
from notifications.statistics import reconciliation
from provider_simulator import Provider, Simulator
from tests.integration.upgrade.conftest import Processes
from tests.integration.upgrade.version import CLIENTS, ROLES, ROUNDS
from tests.support.database import earlier_code

# The version before 0010 has test sends of its own, which 0011 makes messages.
BEFORE, FIRST, _ = migrations.revisions()[-3:]
AUDIENCE = 20
# Versions of the main branch whose newest revision others have followed since. Their databases exist somewhere.
LANDED = ["6149029ccbcf2fb96e2de5aede2c3c5bf4c8ee2a", "905272b4d9654075878e61a4bb7df5540e36a04a"]


@pytest.fixture(scope="module")
def previous_version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return earlier_code.unpack(earlier_code.commit_before(FIRST), tmp_path_factory.mktemp("before"))


def test_the_previous_version_keeps_working_during_the_migration(
    fresh: Engine, previous_version: Path, processes: Processes, provider: Simulator
) -> None:
    migrations.upgrade(fresh, BEFORE)
    with fresh.begin() as connection:
        connection.execute(text(CLIENTS), {"audience": AUDIENCE})
    workers = [processes.start(previous_version, f"tests.integration.upgrade.version {role}") for role in ROLES]
    for process in workers:
        # Metrics are printed before it.
        assert "ready\n" in (process.stdout or ()), processes.errors()
    migrations.upgrade(fresh)
    ends = [process.communicate("the database is migrated\n", timeout=60)[0] for process in workers]
    assert [process.returncode for process in workers] == [0, 0], processes.errors()
    assert all(json.loads(end.splitlines()[-1])["rounds"] >= 2 * ROUNDS for end in ends)
    assert_counts_agree(fresh, provider.provider)


def assert_counts_agree(engine: Engine, provider: Provider) -> None:
    with engine.connect() as connection:
        ids = connection.execute(text("SELECT id FROM mailing")).scalars().all()
        sent = connection.execute(text("SELECT count(*) FROM message WHERE status = 'sent'")).scalar_one()
        assert reconciliation.reconcile(connection, ids).differences == []
    assert len(list(provider.ledger.calls_from(0))) == sent > 0


@pytest.mark.parametrize("commit", LANDED)
def test_a_database_that_a_landed_version_made_is_upgraded(
    commit: str, fresh: Engine, tmp_path: Path, processes: Processes
) -> None:
    code = earlier_code.unpack(commit, tmp_path / "landed")
    migrator = processes.start(code, "tests.integration.upgrade.migrate")
    assert migrator.wait() == 0, processes.errors()
    migrations.upgrade(fresh)
    with fresh.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
