"""Retention of records and messages outside mailings: each subject by its own days, what is younger stays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from notifications.contracts.enumerations import JobKind, JobStatus, RetentionSubject
from notifications.jobs import repository as jobs
from notifications.jobs import runner
from notifications.jobs.retention import daily, work
from tests.support.dispatcher import retention
from tests.support.mailings.planned import AUTHOR

NOW = datetime(2026, 11, 23, 0, 1, tzinfo=UTC)
DAY = timedelta(days=1)
KEPT = 30
# A row of each subject that ended `:at`; each table has its rows in the order of their ends.
ROWS = {
    RetentionSubject.AUDIT_ENTRIES: (
        "audit",
        """
        INSERT INTO audit (at, actor, name, role, action, kind, key, request_id)
        VALUES (:at, 'u', 'ann', 'operator', 'create', 'tag', 'vip', 'r')
        """,
    ),
    RetentionSubject.JOBS: (
        "job",
        """
        INSERT INTO job (kind, status, params, actor, name, created_at, finished_at)
        VALUES ('retry', 'failed', '{}', 'u', 'ann', :at - interval '1 d', :at)
        """,
    ),
    RetentionSubject.IMPORTS: (
        "import_refusal",
        """
        WITH done AS (
            INSERT INTO job (kind, status, params, actor, name, created_at, finished_at)
            VALUES ('import', 'finished', '{}', 'u', 'ann', :at - interval '1 d', :at) RETURNING id
        ), imported AS (
            INSERT INTO client_import (job_id, upload_key, dry_run, name, created_at)
            SELECT id, id, false, 'ann', :at - interval '1 d' FROM done RETURNING id
        )
        INSERT INTO import_refusal (import_id, line, field, code, params)
        SELECT id, 2, 'phone', 'phone_format', '{}' FROM imported
        """,
    ),
    RetentionSubject.MESSAGES: (
        "direct_message",
        """
        WITH direct AS (
            INSERT INTO direct_message (kind, phone, text, ends_at, created_at)
            VALUES ('test', '79260000001', 'Hi', :at, :at) RETURNING message_id
        ), reported AS (
            INSERT INTO delivery (message_id, provider, operator_code, is_accepted, parts, part_count, at, hour)
            SELECT message_id, 'http', '926', true, '{}', 1, :at, :at FROM direct
        ), tried AS (
            INSERT INTO attempt (message_id, claim, at, calls, outcome) SELECT message_id, 1, :at, 1, 'sent' FROM direct
        )
        INSERT INTO message (id, schedule_version, status, since, sent_at) OVERRIDING SYSTEM VALUE
        SELECT message_id, 0, 'sent', :at, :at FROM direct
        """,
    ),
}
ENDS = [NOW - each * DAY for each in (KEPT + 2, KEPT + 1, KEPT - 1, 1)]


def execute(engine: Engine, statement: str, **values: object) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement), values)


def rows(engine: Engine, query: str) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text(query)).scalars())


def count(engine: Engine, table: str) -> int:
    return int(rows(engine, f"SELECT count(*) FROM {table}")[0])


def fill(engine: Engine) -> None:
    for _, statement in ROWS.values():
        for at in ENDS:
            execute(engine, statement, at=at)


@pytest.mark.parametrize("subject", list(ROWS))
def test_rows_are_removed_after_the_days_of_their_subject_alone(engine: Engine, subject: RetentionSubject) -> None:
    fill(engine)
    job = retention.run(engine, retention.days(**{subject: KEPT}), now=NOW)
    assert job.status == JobStatus.FINISHED
    assert job.result[subject] >= 2
    # Imports have jobs of their own, and the run of retention is one.
    beside = {"job": len(ENDS) + 1}
    for each, (table, _) in ROWS.items():
        left = count(engine, table) - beside.get(table, 0)
        if each == subject:
            assert left == 2, table
        elif not (table == "job" and subject == RetentionSubject.IMPORTS):
            assert left == len(ENDS), table


def test_replies_are_removed_after_the_days_of_messages(engine: Engine) -> None:
    for at in ENDS:
        statement = """
            INSERT INTO reply (provider, webhook_id, position, phone, text, effect, at, received_at)
            VALUES ('http', CAST(:at AS text), 0, '79260000001', 'Hi', 'nothing', :at, :at)
        """
        execute(engine, statement, at=at)
    job = retention.run(engine, retention.days(messages=KEPT), now=NOW)
    assert job.result == {"replies": 2}
    assert rows(engine, "SELECT received_at FROM reply ORDER BY id") == ENDS[2:]


def test_a_removed_import_takes_its_job_along(engine: Engine) -> None:
    fill(engine)
    retention.run(engine, retention.days(imports=KEPT, jobs=1), now=NOW)
    assert rows(engine, "SELECT finished_at FROM job WHERE kind = 'import' ORDER BY id") == ENDS[2:]
    assert count(engine, "client_import") == count(engine, "import_refusal") == 2


def test_a_message_outside_mailings_takes_its_attempts_and_delivery_along(engine: Engine) -> None:
    fill(engine)
    retention.run(engine, retention.days(messages=KEPT), now=NOW)
    assert count(engine, "message") == count(engine, "attempt") == count(engine, "delivery") == 2


def test_the_text_of_a_message_outside_mailings_is_removed_before_the_message(engine: Engine) -> None:
    fill(engine)
    job = retention.run(engine, retention.days(texts=KEPT), now=NOW)
    assert rows(engine, "SELECT text FROM direct_message ORDER BY message_id") == [None, None, "Hi", "Hi"]
    assert job.result == {"texts": 2}
    later = retention.run(engine, retention.days(texts=KEPT), now=NOW + 2 * DAY)
    assert later.result["texts"] == 1


@pytest.mark.parametrize("status", ["pending", "queued", "sending"])
def test_an_open_message_outside_mailings_stays(engine: Engine, status: str) -> None:
    fill(engine)
    execute(engine, "UPDATE message SET status = :status, sent_at = NULL", status=status)
    retention.run(engine, retention.days(messages=1, texts=1), now=NOW)
    assert count(engine, "message") == len(ENDS)
    assert None not in rows(engine, "SELECT text FROM direct_message")


def test_a_message_outside_mailings_that_changed_lately_stays(engine: Engine) -> None:
    fill(engine)
    execute(engine, "UPDATE message SET status = 'unknown', sent_at = NULL, since = :now", now=NOW - DAY)
    retention.run(engine, retention.days(messages=KEPT, texts=KEPT), now=NOW)
    assert count(engine, "message") == len(ENDS)


@pytest.mark.parametrize("age", [timedelta(hours=23), timedelta(hours=25)])
def test_answers_by_idempotency_key_are_kept_for_a_day(engine: Engine, age: timedelta) -> None:
    execute(
        engine,
        "INSERT INTO idempotency (caller, call, key, request_hash, created_at) VALUES ('u', 'POST', 'k', '', :at)",
        at=NOW - age,
    )
    retention.run(engine, retention.days(), now=NOW)
    assert count(engine, "idempotency") == int(age < DAY)


def test_an_import_that_was_never_started_is_removed(engine: Engine) -> None:
    for number, at in enumerate(ENDS):
        values = {"key": str(number), "at": at}
        execute(
            engine,
            "INSERT INTO client_import (upload_key, dry_run, name, created_at) VALUES (:key, false, 'ann', :at)",
            **values,
        )
    retention.run(engine, retention.days(imports=KEPT), now=NOW)
    assert rows(engine, "SELECT created_at FROM client_import ORDER BY id") == ENDS[2:]


def test_an_import_that_is_at_work_stays(engine: Engine) -> None:
    fill(engine)
    execute(engine, "UPDATE job SET status = 'running', finished_at = NULL WHERE kind = 'import'")
    execute(engine, "UPDATE job SET lease_until = '2030-01-01' WHERE kind = 'import'")
    retention.run(engine, retention.days(imports=1, jobs=1), now=NOW)
    assert count(engine, "client_import") == count(engine, "import_refusal") == len(ENDS)


def test_a_phone_of_a_deleted_client_is_removed_with_its_last_message(engine: Engine) -> None:
    execute(engine, "INSERT INTO former_client SELECT '7926' || n, n FROM generate_series(1, 1200) AS n")
    execute(
        engine,
        """
        INSERT INTO message (mailing_id, client_id, status, schedule_version)
        SELECT 1, n, 'pending', 1 FROM generate_series(3, 1200, 3) AS n
        """,
    )
    job = retention.run(engine, retention.days(), now=NOW)
    assert job.result == {"former_clients": 800}
    assert rows(engine, "SELECT count(*) FROM former_client WHERE mod(client_id, 3) = 0") == [400]


def test_retention_begins_once_a_day(engine: Engine) -> None:
    def start(now: datetime) -> int:
        with engine.begin() as connection:
            daily.start(connection, retention.days(), now=now)
        return count(engine, "job")

    assert [start(NOW), start(NOW + timedelta(minutes=1))] == [1, 1]
    assert start(NOW + DAY) == 1, "that of the day before is still at work"
    while runner.run_next(engine, work.KINDS, now=NOW + DAY):
        pass
    assert [start(NOW + timedelta(hours=23)), start(NOW + DAY), start(NOW + DAY)] == [1, 2, 2]


def test_a_cancelled_run_is_followed_by_that_of_the_next_day(engine: Engine) -> None:
    with engine.begin() as connection:
        daily.start(connection, retention.days(), now=NOW)
        jobs.cancel(connection, 1, now=NOW)
        daily.start(connection, retention.days(), now=NOW + timedelta(hours=1))
        assert jobs.get(connection, 1).status == JobStatus.CANCELLED
    assert count(engine, "job") == 1
    assert retention.run(engine, retention.days(), now=NOW + DAY).status == JobStatus.FINISHED


def test_dispatchers_at_the_same_time_begin_one_run(engine: Engine) -> None:
    barrier = Barrier(4)

    def start() -> None:
        own = create_engine(engine.url)
        with own.begin() as connection:
            barrier.wait()
            daily.start(connection, retention.days(), now=NOW)
        own.dispose()

    with ThreadPoolExecutor(4) as pool:
        for each in [pool.submit(start) for _ in range(4)]:
            each.result()
    assert count(engine, "job") == 1


def test_a_chunk_of_a_slow_table_is_made_smaller(engine: Engine) -> None:
    seconds = iter(range(10))
    slow = work.RetentionWork(clock=lambda: next(seconds))
    execute(engine, "INSERT INTO former_client SELECT '7926' || n, n FROM generate_series(1, 700) AS n")
    with engine.begin() as connection:
        job = jobs.create(
            connection,
            JobKind.RETENTION,
            {"days": retention.days(), "since": NOW.isoformat()},
            author=AUTHOR,
            now=NOW,
        )
        jobs.save(connection, job.id, cursor={"step": "remove_former_clients"})
        progress = slow(connection, jobs.get(connection, job.id), size=10_000, now=NOW)
    assert progress.cursor["size"] == work.SMALLEST_CHUNK
    assert (progress.done, progress.is_complete) == (work.FIRST_CHUNK, False)
