"""The deployed version keeps working during and after all newer migrations of large tables.

The tables hold MESSAGES sent messages, a million by default, and TEST_SENDS test sends. Mailings are created and sent
throughout.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from notifications.database import migrations
from notifications.database.tables import FIRST_DIRECT_ID
from notifications.statistics import reconciliation
from provider_simulator import Simulator
from tests.integration.upgrade.conftest import Processes
from tests.integration.upgrade.version import CLIENTS, ROLES, ROUNDS
from tests.support.database import earlier_code, locks
from tooling import paths

# Commit of the latest release. Each release replaces it by its own commit.
DEPLOYED = "4d12a3461a860f2ba9da3a9f7f428c9d4bed38fe"
MESSAGES = int(os.environ.get("MESSAGES", "1000000"))
TEST_SENDS = 10_000
MAILINGS = 10
AUDIENCE = 200
# The longest that a session may wait for a lock on a table.
MAX_LOCK_WAIT_SECONDS = 0.1
VERSION, MIGRATE = "tests.integration.upgrade.version", "tests.integration.upgrade.migrate"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return earlier_code.unpack(DEPLOYED, tmp_path_factory.mktemp("deployed"))


@pytest.fixture
def filled(fresh: Engine, deployed: Path) -> Engine:
    """A database as the deployed version left it."""
    migrations.upgrade(fresh, earlier_code.newest_revision(deployed))
    for number in range(1, MAILINGS + 1):
        with fresh.begin() as connection:
            values = {"mailing_id": number, "messages": MESSAGES // MAILINGS}
            for statement in (MAILING, MESSAGES_SENT, ATTEMPTS, COUNTS):
                connection.execute(text(statement), values)
    with fresh.begin() as connection:
        connection.execute(text(CLIENTS), {"audience": AUDIENCE})
        connection.execute(text(OTHERS), {"clients": MESSAGES // MAILINGS})
        connection.execute(text(TEST_SENDS_ENDED), {"many": TEST_SENDS})
    return fresh


def test_the_deployed_version_keeps_working_during_all_migrations(
    filled: Engine,
    deployed: Path,
    processes: Processes,
    provider: Simulator,
    record_property: Callable[[str, object], None],
) -> None:
    workers = [processes.start(deployed, f"{VERSION} {role}") for role in ROLES]
    for process in workers:
        assert "ready\n" in (process.stdout or ()), processes.errors()
    with locks.watched(filled, MIGRATE) as found:
        migrator = processes.start(paths.ROOT, MIGRATE)
        assert migrator.wait() == 0, processes.errors()
    ends = [process.communicate("the database is migrated\n", timeout=120)[0] for process in workers]
    assert [process.returncode for process in workers] == [0] * len(ROLES), processes.errors()
    assert all(json.loads(end.splitlines()[-1])["rounds"] >= 2 * ROUNDS for end in ends)
    record_property("upgraded", f"{MESSAGES:,} messages, {TEST_SENDS:,} test sends, {found}")
    # Only test sends wait for the table `trial`, which is locked while it is copied.
    assert found.longest(without={"trial"}) < MAX_LOCK_WAIT_SECONDS + found.delay, found
    assert_nothing_is_lost_or_sent_twice(filled, [call.id for call in provider.provider.ledger.calls_from(0)])


def assert_nothing_is_lost_or_sent_twice(engine: Engine, accepted: list[int]) -> None:
    next_test = FIRST_DIRECT_ID + TEST_SENDS
    with engine.connect() as connection:
        assert migrations.revisions()[-1] == connection.execute(text("TABLE alembic_version")).scalar_one()
        before = connection.execute(text(SENT_BEFORE), {"last": MAILINGS}).scalar_one()
        tests = connection.execute(text(TESTS_BEFORE), {"next": next_test}).scalar_one()
        since = connection.execute(text(SENT_SINCE), {"last": MAILINGS, "next": next_test}).scalars().all()
        ids = connection.execute(text("SELECT id FROM mailing")).scalars().all()
        assert reconciliation.reconcile(connection, ids).differences == []
    assert (before, tests) == (MESSAGES, TEST_SENDS)
    assert sorted(accepted) == since != []


MAILING = """
    INSERT INTO mailing (text, starts_at, ends_at, status, plan_until, planned_at, finished_at)
    VALUES ('Hello', now() - interval '2 days', now() - interval '1 day', 'finished', :messages,
            now() - interval '2 days', now() - interval '1 day')
"""
# Every 20th message has failed.
MESSAGES_SENT = """
    INSERT INTO message (mailing_id, client_id, status, since, due_at, closes_at, schedule_version, claim, attempts,
                         sent_at, last_error, timezone, operator_code)
    SELECT :mailing_id, n, status, at, at, at, 1, 1, 1,
           CASE status WHEN 'sent' THEN at END, CASE status WHEN 'failed' THEN 'HTTP 400' END,
           'Europe/Moscow', CAST(900 + mod(n, 20) AS text)
    FROM generate_series(1, CAST(:messages AS int)) AS n
    CROSS JOIN LATERAL (SELECT CASE mod(n, 20) WHEN 0 THEN 'failed' ELSE 'sent' END) AS a (status)
    CROSS JOIN (SELECT now() - interval '30 hours') AS b (at)
"""
ATTEMPTS = """
    INSERT INTO attempt (message_id, claim, at, duration_ms, calls, outcome, error)
    SELECT id, 1, since, 100, 1, status, last_error FROM message WHERE mailing_id = :mailing_id
"""
COUNTS = """
    INSERT INTO mailing_count (mailing_id, status, shard, n)
    SELECT mailing_id, status, 0, count(*) FROM message WHERE mailing_id = :mailing_id GROUP BY mailing_id, status
"""
OTHERS = """
    INSERT INTO client (phone, operator_code, timezone)
    SELECT '7900' || lpad(n::text, 7, '0'), CAST(900 + mod(n, 20) AS text), 'Europe/Moscow'
    FROM generate_series(1, CAST(:clients AS int)) AS n
"""
SENT_BEFORE = "SELECT count(*) FROM message WHERE mailing_id <= :last AND status IN ('sent', 'failed')"
# Every 20th failed.
TEST_SENDS_ENDED = """
    INSERT INTO trial (phone, text, status, since, created_at, error)
    SELECT '7926' || lpad(n::text, 7, '0'), 'Hello', status, at, at, CASE status WHEN 'failed' THEN 'HTTP 400' END
    FROM generate_series(1, CAST(:many AS int)) AS n
    CROSS JOIN LATERAL (SELECT CASE mod(n, 20) WHEN 0 THEN 'failed' ELSE 'sent' END) AS a (status)
    CROSS JOIN (SELECT now() - interval '30 hours') AS b (at)
"""
TESTS_BEFORE = """
    SELECT count(*) FROM message JOIN direct_message ON message_id = id
    WHERE id < :next AND kind = 'test' AND phone = '7926' || lpad(CAST(id - 4503599627370495 AS text), 7, '0')
    AND status = CASE mod(id - 4503599627370495, 20) WHEN 0 THEN 'failed' ELSE 'sent' END
"""
SENT_SINCE = """
    SELECT id FROM message WHERE (mailing_id > :last OR mailing_id IS NULL AND id >= :next) AND status = 'sent'
    ORDER BY id
"""
