"""Retention of mailings: only of those that are over, resumable at any commit, and without a change of any count."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, text

from notifications.contracts.enumerations import JobKind, JobStatus, MailingStatus, ReceiptState, Resolution
from notifications.contracts.errors import Conflict
from notifications.contracts.problem_codes import ProblemCode
from notifications.jobs import repository as jobs
from notifications.jobs import runner
from notifications.jobs.job import Job, Kind
from notifications.jobs.retention import daily, work
from notifications.mailings import retries
from notifications.message_state import deliveries
from notifications.message_state.deliveries import Receipt
from notifications.statistics import reconciliation
from tests.support.dispatcher import retention
from tests.support.dispatcher.scenario import NOW, DispatcherScenario
from tests.support.mailings.planned import AUTHOR
from tests.support.proofs.model_collaborators import KillAtCommit, ProcessKilled

DAY = timedelta(days=1)
KEPT = 30
OLD = NOW + (KEPT + 1) * DAY
COUNTS = ("mailing_count", "mailing_hour", "mailing_group", "mailing_error", "mailing_error_kind", "mailing_pace")
ROWS = ("message", "attempt", "sent_text")
CLIENTS = 7
CHUNK = 3
SMALL = {JobKind.RETENTION: Kind(work.KINDS[JobKind.RETENTION].run_chunk, CHUNK)}


@pytest.fixture
def scenario(engine: Engine) -> DispatcherScenario:
    return DispatcherScenario(engine)


def finished(scenario: DispatcherScenario) -> int:
    """Create a mailing that finishes now, all of whose messages are sent, and return its id."""
    if not scenario.scalar("SELECT count(*) FROM client"):
        scenario.add_clients(CLIENTS)
    mailing_id = scenario.add_mailing()
    scenario.run_until_finished()
    return mailing_id


def counts(scenario: DispatcherScenario) -> list[list[Any]]:
    with scenario.engine.connect() as connection:
        return [sorted(connection.execute(text(f"SELECT * FROM {table}")).all(), key=str) for table in COUNTS]


def numbers(scenario: DispatcherScenario) -> tuple[int, ...]:
    """Return the numbers of messages, attempts and texts."""
    return tuple(scenario.scalar(f"SELECT count(*) FROM {table}") for table in ROWS)


def change(scenario: DispatcherScenario, statement: str, **values: object) -> None:
    with scenario.engine.begin() as connection:
        connection.execute(text(statement), values)


def deliver(scenario: DispatcherScenario) -> None:
    """Apply a receipt of each sent message."""
    with scenario.engine.begin() as connection:
        ids = connection.execute(text("SELECT id FROM message WHERE status = 'sent'")).scalars().all()
        state = ReceiptState.DELIVERED
        own = [Receipt(provider="http", message_id=each, state=state, at=scenario.now) for each in ids]
        deliveries.apply(connection, own, now=scenario.now)


def mark(scenario: DispatcherScenario, mailing_id: int, column: str = "messages_removed_at") -> datetime | None:
    found: datetime | None = scenario.scalar(f"SELECT {column} FROM mailing WHERE id = {mailing_id}")
    return found


def test_messages_go_with_their_attempts_and_texts_and_all_counts_stay(scenario: DispatcherScenario) -> None:
    old = finished(scenario)
    scenario.now += 2 * DAY
    young = finished(scenario)
    before, report = counts(scenario), numbers(scenario)
    assert report == (2 * CLIENTS,) * 3
    job = retention.run(scenario.engine, retention.days(messages=KEPT), now=OLD)
    assert job.result == {"messages": CLIENTS, "attempts": CLIENTS, "texts": CLIENTS}
    assert (numbers(scenario), counts(scenario)) == ((CLIENTS,) * 3, before)
    assert (mark(scenario, old), mark(scenario, young)) == (OLD, None)
    scenario.assert_reconciled()
    with scenario.engine.connect() as connection:
        compared = reconciliation.reconcile(connection, [old, young])
    assert (compared.mailings, compared.messages) == (1, CLIENTS)


def test_deliveries_go_with_their_messages_and_their_counts_stay(scenario: DispatcherScenario) -> None:
    finished(scenario)
    scenario.now += 2 * DAY
    finished(scenario)
    deliver(scenario)
    counted = scenario.scalar("SELECT sum(n) FROM mailing_delivery")
    retention.run(scenario.engine, retention.days(messages=KEPT), now=OLD)
    assert scenario.scalar("SELECT count(*) FROM delivery") == CLIENTS
    assert scenario.scalar("SELECT sum(n) FROM mailing_delivery") == counted


@pytest.mark.parametrize(("subject", "left"), [("texts", (7, 7, 0)), ("attempts", (7, 0, 7))])
def test_texts_and_attempts_have_days_of_their_own(
    scenario: DispatcherScenario, subject: str, left: tuple[int, ...]
) -> None:
    mailing_id = finished(scenario)
    job = retention.run(scenario.engine, retention.days(**{subject: KEPT}), now=OLD)
    assert (numbers(scenario), job.result) == (left, {subject: CLIENTS})
    assert mark(scenario, mailing_id) is None
    assert mark(scenario, mailing_id, f"{subject}_removed_at") == OLD
    scenario.assert_reconciled()


@pytest.mark.parametrize(
    "state",
    [
        "status = 'running'",
        "status = 'paused'",
        "status = 'scheduled'",
        "status = 'draft'",
        "status = 'cancelled', settled = false",
        "finished_at = :young",
        "finished_at = NULL",
    ],
)
def test_a_mailing_that_is_not_over_for_so_long_keeps_everything(scenario: DispatcherScenario, state: str) -> None:
    finished(scenario)
    change(scenario, f"UPDATE mailing SET {state}", **({"young": OLD - DAY} if ":young" in state else {}))
    retention.run(scenario.engine, retention.days(messages=KEPT, texts=KEPT, attempts=KEPT), now=OLD)
    assert numbers(scenario) == (CLIENTS,) * 3


def test_a_settled_mailing_and_a_deleted_one_are_over(scenario: DispatcherScenario) -> None:
    finished(scenario)
    change(scenario, "UPDATE mailing SET status = 'cancelled', settled = true, deleted_at = :now", now=NOW)
    retention.run(scenario.engine, retention.days(messages=KEPT), now=OLD)
    assert numbers(scenario) == (0, 0, 0)


def test_a_mailing_with_an_open_job_keeps_everything(scenario: DispatcherScenario) -> None:
    mailing_id = finished(scenario)
    with scenario.engine.begin() as connection:
        made = jobs.create(connection, JobKind.RESOLVE, {}, author=AUTHOR, now=OLD, mailing_id=mailing_id)
    kept = retention.days(messages=KEPT, texts=KEPT, attempts=KEPT)
    retention.run(scenario.engine, kept, now=OLD)
    assert numbers(scenario) == (CLIENTS,) * 3
    with scenario.engine.begin() as connection:
        jobs.cancel(connection, made.id, now=OLD)
    retention.run(scenario.engine, kept, now=OLD + DAY)
    assert numbers(scenario) == (0, 0, 0)


def test_a_message_that_changed_lately_stays_until_it_is_old(scenario: DispatcherScenario) -> None:
    mailing_id = finished(scenario)
    change(scenario, "UPDATE message SET status = 'unknown', sent_at = NULL, since = :now WHERE id = 3", now=OLD - DAY)
    retention.run(scenario.engine, retention.days(messages=KEPT), now=OLD)
    assert scenario.statuses() == {"unknown": 1}
    assert mark(scenario, mailing_id) == OLD
    retention.run(scenario.engine, retention.days(messages=KEPT), now=OLD + KEPT * DAY)
    assert scenario.statuses() == {}
    assert mark(scenario, mailing_id) == OLD, "the first removal counts"


def test_a_mailing_that_another_transaction_has_locked_waits_for_the_next_day(scenario: DispatcherScenario) -> None:
    first, second = finished(scenario), finished(scenario)
    other = create_engine(scenario.engine.url)
    with other.begin() as connection:
        connection.execute(text("SELECT FROM mailing WHERE id = :id FOR UPDATE"), {"id": first})
        retention.run(scenario.engine, retention.days(messages=KEPT), now=OLD)
        assert scenario.statuses(first) == {"sent": CLIENTS}
        assert scenario.statuses(second) == {}
    other.dispose()
    retention.run(scenario.engine, retention.days(messages=KEPT), now=OLD + DAY)
    assert numbers(scenario) == (0, 0, 0)


def test_attempts_and_texts_of_a_later_retry_are_removed_too(scenario: DispatcherScenario) -> None:
    mailing_id = finished(scenario)
    kept = retention.days(texts=KEPT, attempts=KEPT)
    retention.run(scenario.engine, kept, now=OLD)
    change(scenario, "UPDATE message SET status = 'failed', sent_at = NULL WHERE id <= 2")
    change(
        scenario,
        "UPDATE mailing_count SET n = n - 2 WHERE status = 'sent' AND shard = (SELECT min(shard) FROM mailing_count)",
    )
    change(scenario, "INSERT INTO mailing_count VALUES (1, 'failed', 0, 2)")
    scenario.now = OLD
    with scenario.engine.begin() as connection:
        retries.retry(connection, mailing_id, author=AUTHOR, now=OLD, ends_at=OLD + DAY)
    scenario.run_until_finished()
    assert numbers(scenario) == (CLIENTS, 2, 2)
    scenario.assert_reconciled()
    retention.run(scenario.engine, kept, now=scenario.now + DAY)
    assert numbers(scenario) == (CLIENTS, 2, 2), "the mailing has ended again"
    retention.run(scenario.engine, kept, now=scenario.now + (KEPT + 1) * DAY)
    assert numbers(scenario) == (CLIENTS, 0, 0)


@pytest.mark.parametrize("ended", [JobStatus.CANCELLED, JobStatus.FAILED])
def test_what_an_unfinished_run_has_left_the_next_one_removes(scenario: DispatcherScenario, ended: JobStatus) -> None:
    finished(scenario)
    finished(scenario)
    kept = retention.days(messages=KEPT + 10, texts=KEPT, attempts=KEPT)
    with scenario.engine.begin() as connection:
        daily.start(connection, kept, now=OLD)
    while not 0 < numbers(scenario)[1] < 2 * CLIENTS:
        runner.run_next(scenario.engine, SMALL, now=OLD)
    change(scenario, "UPDATE job SET status = :status, finished_at = :now", status=ended, now=OLD)
    scenario.assert_reconciled()
    retention.run(scenario.engine, kept, now=OLD + DAY)
    assert numbers(scenario) == (2 * CLIENTS, 0, 0)


def test_a_run_killed_at_any_commit_removes_each_row_once(
    scenario: DispatcherScenario, record_property: Callable[[str, object], None]
) -> None:
    kills = 0
    while True:
        kills += 1
        scenario.reset()
        finished(scenario)
        finished(scenario)
        before, now = counts(scenario), OLD
        with scenario.engine.begin() as connection:
            daily.start(connection, retention.days(messages=KEPT, texts=KEPT, attempts=KEPT), now=now)
        kill = KillAtCommit(kills)
        kill.over(scenario.engine)
        try:
            while runner.run_next(scenario.engine, SMALL, now=now):
                pass
            break
        except ProcessKilled:
            scenario.assert_reconciled()
        finally:
            kill.leave(scenario.engine)
        now += timedelta(minutes=2)
        while runner.run_next(scenario.engine, SMALL, now=now):
            pass
        with scenario.engine.connect() as connection:
            job = daily.latest(connection)
        assert job is not None
        assert job.result == dict.fromkeys(("messages", "texts", "attempts"), 2 * CLIENTS)
        assert (numbers(scenario), counts(scenario)) == ((0, 0, 0), before)
    assert kills > 20
    record_property("retention_kills", kills - 1)


def test_a_mailing_is_marked_in_the_transaction_of_its_first_removed_message(scenario: DispatcherScenario) -> None:
    """Whoever sees a message missing sees the mark."""
    mailing_id = finished(scenario)
    with scenario.engine.begin() as connection:
        daily.start(connection, retention.days(messages=KEPT), now=OLD)
    watched = scenario.engine.execution_options(isolation_level="REPEATABLE READ")
    while True:
        with watched.connect() as connection:
            found = connection.execute(
                text("SELECT count(*) AS n, (SELECT messages_removed_at FROM mailing) AS marked FROM message")
            ).one()
        assert (found.n < CLIENTS) == (found.marked is not None)
        if not runner.run_next(scenario.engine, SMALL, now=OLD):
            break
    assert mark(scenario, mailing_id) == OLD


def test_messages_are_sent_while_others_are_removed(scenario: DispatcherScenario) -> None:
    """One tick removes an old mailing and sends a new one."""
    old = finished(scenario)
    scenario.now = OLD
    scenario.retention = retention.days(messages=KEPT)
    new = scenario.add_mailing()
    scenario.run_until_finished()
    assert (scenario.statuses(old), scenario.statuses(new)) == ({}, {"sent": CLIENTS})
    scenario.assert_reconciled()


DECISIONS: dict[str, Callable[..., Job | None]] = {
    "retry": partial(retries.retry, author=AUTHOR, now=OLD, ends_at=OLD + DAY),
    **{each: partial(retries.resolve, verdict=each, ids=None, author=AUTHOR, now=OLD) for each in Resolution},
}


@pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)
def test_decisions_on_a_mailing_without_all_its_messages_are_refused(
    scenario: DispatcherScenario, decide: Callable[..., Job | None]
) -> None:
    mailing_id = finished(scenario)
    retention.run(scenario.engine, retention.days(messages=KEPT), now=OLD)
    with scenario.engine.begin() as connection, pytest.raises(Conflict) as refused:
        decide(connection, mailing_id)
    removed_at = OLD.isoformat().replace("+00:00", "Z")
    assert (refused.value.code, refused.value.params) == (ProblemCode.MESSAGES_REMOVED, {"removed_at": removed_at})


@pytest.mark.parametrize(
    ("status", "of_mailing", "ended", "kept"),
    [
        ("finished", True, 2 * DAY, False),
        ("cancelled", True, 2 * DAY, False),
        ("running", True, 2 * DAY, True),
        ("paused", True, 2 * DAY, True),
        ("finished", True, timedelta(minutes=5), True),
        ("running", False, 2 * DAY, True),
        ("running", False, 4 * DAY, False),
        ("finished", False, 2 * DAY, False),
        ("finished", False, timedelta(minutes=5), True),
    ],
)
def test_holds_are_kept_while_a_message_may_have_waited_in_them(
    scenario: DispatcherScenario, status: str, of_mailing: bool, ended: timedelta, kept: bool
) -> None:
    scenario.add_clients(1)
    mailing_id = scenario.add_mailing(starts_at=NOW - 3 * DAY, lasts=6 * DAY)
    with scenario.engine.begin() as connection:
        values = {"id": mailing_id, "status": status, "settled": status == "cancelled", "now": NOW}
        connection.execute(
            text("UPDATE mailing SET status = :status, settled = :settled, plan_until = 0 WHERE id = :id"), values
        )
        connection.execute(
            text("INSERT INTO hold (mailing_id, begins_at, ends_at) VALUES (:id, :ended - interval '1 h', :ended)"),
            {"id": mailing_id if of_mailing else None, "ended": NOW - ended},
        )
        # So that it stays open.
        connection.execute(text("UPDATE mailing SET planned_at = NULL, plan_until = 1 WHERE status = 'running'"))
    retention.run(scenario.engine, retention.days(), now=NOW)
    assert scenario.scalar("SELECT count(*) FROM hold") == int(kept)


AGES = st.integers(0, 2 * KEPT).map(lambda days: days * DAY)
MESSAGES = st.lists(
    st.tuples(st.sampled_from(["sent", "failed", "expired", "cancelled", "unknown", "pending", "queued"]), AGES),
    max_size=8,
)
MAILINGS = st.lists(
    st.tuples(st.sampled_from(MailingStatus), st.booleans(), st.none() | AGES, MESSAGES), min_size=1, max_size=6
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mailings=MAILINGS)
def test_exactly_what_is_over_and_old_is_removed(scenario: DispatcherScenario, mailings: list[Any]) -> None:
    scenario.reset()
    stays = set()
    for status, settled, ended, messages in mailings:
        values = {"status": status, "settled": settled, "ended": None if ended is None else OLD - ended}
        change(
            scenario,
            """
            INSERT INTO mailing (text, starts_at, ends_at, status, settled, finished_at)
            VALUES ('Hi', '2026-01-01Z', '2026-01-02Z', :status, :settled, :ended)
            """,
            **values,
        )
        is_over = status == MailingStatus.FINISHED or (status == MailingStatus.CANCELLED and settled)
        is_old = ended is not None and ended > KEPT * DAY
        for number, (state, age) in enumerate(messages):
            change(
                scenario,
                """
                INSERT INTO message (mailing_id, client_id, status, schedule_version, since, due_at)
                SELECT max(id), :client, :state, 1, :since, :since FROM mailing
                """,
                client=number,
                state=state,
                since=OLD - age,
            )
            has_ended = state not in {"pending", "queued"}
            if not (is_over and is_old and has_ended and age > KEPT * DAY):
                stays.add(scenario.scalar("SELECT max(id) FROM message"))
    retention.run(scenario.engine, retention.days(messages=KEPT), now=OLD)
    with scenario.engine.connect() as connection:
        assert set(connection.execute(text("SELECT id FROM message")).scalars()) == stays


def test_a_chunk_begins_behind_the_rows_that_are_gone(scenario: DispatcherScenario) -> None:
    """Otherwise each chunk of a large mailing would read the index entries of all chunks before it."""
    finished(scenario)
    with scenario.engine.begin() as connection:
        daily.start(connection, retention.days(messages=KEPT), now=OLD)
    positions = []
    while runner.run_next(scenario.engine, SMALL, now=OLD):
        with scenario.engine.connect() as connection:
            job: Job | None = daily.latest(connection)
        if job and job.cursor["step"] == "remove_messages" and job.cursor["position"]:
            positions.append(job.cursor["position"])
    assert positions[:2] == [[1, 3], [1, 6]]
