"""Maintenance of a tick: its cost depends on what is open."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from notifications.mailings import commands
from tests.support.dispatcher.scenario import NOW, DispatcherScenario

OVER = 20_000
# Queries of each tick that look for mailings.
QUERIES = [
    "SELECT id FROM mailing WHERE status = 'cancelled' AND NOT settled ORDER BY id",
    "SELECT id FROM mailing WHERE status = 'paused' AND ends_at <= now()",
    "SELECT id FROM mailing WHERE status = 'running' AND rescheduled_version = schedule_version ORDER BY id",
    "SELECT id FROM mailing WHERE status IN ('running', 'paused') AND rescheduled_version <> schedule_version",
]


def fill_with_mailings_that_are_over(scenario: DispatcherScenario) -> None:
    with scenario.engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO mailing (text, starts_at, ends_at, status, settled, plan_until, planned_at, finished_at)
                SELECT 'Hello', :now - interval '2 d', :now - interval '1 d',
                    CASE mod(n, 2) WHEN 0 THEN 'cancelled' ELSE 'finished' END, mod(n, 2) = 0, 0, :now, :now
                FROM generate_series(1, CAST(:over AS int)) AS n
            """),
            {"now": NOW, "over": OVER},
        )
        connection.execute(
            text("""
                INSERT INTO mailing_count (mailing_id, status, shard, n)
                SELECT id, counted.status, shard, 0 FROM mailing
                CROSS JOIN (VALUES ('pending'), ('sending'), ('cancelled')) AS counted (status)
                CROSS JOIN generate_series(0, 3) AS shard
            """)
        )
    with scenario.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE mailing, mailing_count"))


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(each for child in plan.get("Plans", []) for each in nodes(child))]


def test_a_tick_does_not_read_mailings_that_are_over(scenario: DispatcherScenario) -> None:
    fill_with_mailings_that_are_over(scenario)
    with scenario.engine.connect() as connection:
        for query in QUERIES:
            explained = connection.execute(text(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}")).scalar_one()
            scans = nodes(explained[0]["Plan"])
            assert "Seq Scan" not in {each["Node Type"] for each in scans}, query
            assert sum(each["Actual Rows"] + each.get("Rows Removed by Filter", 0) for each in scans) == 0, query


def test_cancelled_mailings_are_looked_at_until_no_message_is_open(scenario: DispatcherScenario) -> None:
    scenario.add_clients(9)
    mailing_id = scenario.add_mailing()
    scenario.tick()
    with scenario.engine.begin() as connection:
        commands.cancel(connection, mailing_id, now=scenario.now)
        connection.execute(text("UPDATE message SET status = 'sending', lease_until = :now WHERE id = 1"), {"now": NOW})
        connection.execute(text("UPDATE mailing_count SET n = n - 1 WHERE status = 'queued'"))
        connection.execute(text("INSERT INTO mailing_count VALUES (1, 'sending', 0, 1)"))
    scenario.tick()
    assert scenario.statuses() == {"cancelled": 8, "sending": 1}
    scenario.tick()
    assert not scenario.scalar("SELECT settled FROM mailing")
    # Its sender died: the message waits again, and ends. The provider may have accepted it.
    scenario.now += timedelta(minutes=5)
    for _ in range(3):
        scenario.tick()
    assert scenario.statuses() == {"cancelled": 8, "unknown": 1}
    assert scenario.scalar("SELECT settled FROM mailing")
