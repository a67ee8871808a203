"""Jobs: chunks in turn within the tick's time, cancelled, failed, killed at any commit, and by two dispatchers."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Connection, create_engine, text

from dispatcher.dispatch_loop import DispatchLimits, with_job_chunks
from notifications.contracts.enumerations import JobKind, JobStatus, RetriedStatus
from notifications.contracts.errors import Conflict
from notifications.contracts.metrics import Metric
from notifications.contracts.observability import metrics
from notifications.contracts.problem_codes import ProblemCode
from notifications.jobs import repository as jobs
from notifications.jobs import runner
from notifications.jobs.job import Job, Kind, Kinds, Progress
from notifications.jobs.runner import MAX_TRIES
from notifications.mailings import commands, retries
from tests.support.dispatcher.scenario import DispatcherScenario
from tests.support.mailings.planned import AUTHOR
from tests.support.proofs.model_collaborators import KillAtCommit, ProcessKilled

CLIENTS = 23
CHUNK = 5
SMALL = with_job_chunks(CHUNK)


def counting(scenario: DispatcherScenario, items: int = 3) -> tuple[Kinds, list[int]]:
    """Return a kind of job of a few chunks of one item, and the ids of the jobs in the order of their chunks."""
    turns: list[int] = []

    def run_chunk(connection: Connection, job: Job, *, size: int, now: object) -> Progress:  # noqa: ARG001
        turns.append(job.id)
        at = (job.cursor or 0) + 1
        return Progress(cursor=at, done=1, result={"done": 1}, is_complete=at == items)

    kinds = {JobKind.RETRY: Kind(run_chunk, 1)}
    scenario.limits = DispatchLimits(job_kinds=kinds)
    return kinds, turns


def create(scenario: DispatcherScenario, **values: object) -> int:
    with scenario.engine.begin() as connection:
        return jobs.create(connection, JobKind.RETRY, {}, author=AUTHOR, now=scenario.now, **values).id  # type: ignore[arg-type]


def get(scenario: DispatcherScenario, job_id: int) -> Job:
    with scenario.engine.connect() as connection:
        return jobs.get(connection, job_id)


def failed_mailing(scenario: DispatcherScenario) -> int:
    """Create a mailing whose messages have all failed."""
    scenario.limits = SMALL
    scenario.add_clients(CLIENTS)
    mailing_id = scenario.add_mailing()
    scenario.tick()
    scenario.sqs.waiting.clear()
    with scenario.engine.begin() as connection:
        connection.execute(
            text("""
                WITH changed AS (UPDATE message SET status = 'failed', last_error = 'busy' RETURNING mailing_id)
                UPDATE mailing_count SET status = 'failed'
                WHERE mailing_id IN (SELECT mailing_id FROM changed) AND status = 'queued'
            """)
        )
    scenario.assert_reconciled()
    scenario.now += timedelta(minutes=1)
    return mailing_id


def retry(scenario: DispatcherScenario, mailing_id: int) -> int:
    with scenario.engine.begin() as connection:
        job = retries.retry(connection, mailing_id, author=AUTHOR, now=scenario.now, at_once=1)
    assert job
    return job.id


def test_jobs_share_the_time_in_turn(scenario: DispatcherScenario) -> None:
    _, turns = counting(scenario)
    first, second = create(scenario, total=3), create(scenario)
    scenario.tick()
    assert turns == [first, second] * 3
    found = get(scenario, first)
    assert (found.status, found.done, found.total, found.result) == (JobStatus.FINISHED, 3, 3, {"done": 3})
    assert (found.started_at, found.finished_at) == (scenario.now, scenario.now)
    assert get(scenario, second).total is None


def test_a_tick_without_time_leaves_the_rest_to_the_next(scenario: DispatcherScenario) -> None:
    kinds, turns = counting(scenario, items=10)
    job_id = create(scenario)

    def slow(connection: Connection, job: Job, *, size: int, now: object) -> Progress:
        scenario.now += timedelta(days=200)
        return kinds[JobKind.RETRY].run_chunk(connection, job, size=size, now=now)  # type: ignore[arg-type]

    scenario.limits = DispatchLimits(job_kinds={JobKind.RETRY: Kind(slow, 1)})
    scenario.tick()
    assert len(turns) == 2
    assert (get(scenario, job_id).status, get(scenario, job_id).done) == (JobStatus.RUNNING, 2)
    scenario.limits = DispatchLimits(job_kinds=kinds)
    scenario.tick()
    assert (get(scenario, job_id).status, get(scenario, job_id).done) == (JobStatus.FINISHED, 10)


def test_mailings_are_dispatched_between_the_chunks_of_a_slow_job(scenario: DispatcherScenario) -> None:
    """While mailings have work, a job gets a fifth of the time, and one chunk at a time."""
    scenario.add_clients(CLIENTS)
    released: list[int] = []

    def slow(connection: Connection, job: Job, *, size: int, now: object) -> Progress:  # noqa: ARG001
        released.append(len(scenario.sqs.departures))
        scenario.now += timedelta(seconds=1)
        at = (job.cursor or 0) + 1
        return Progress(cursor=at, done=1, is_complete=at == 20)

    limits = replace(DispatchLimits().release, batch_messages=5, min_room=1)
    scenario.limits = DispatchLimits(chunk_size=5, release=limits, job_kinds={JobKind.RETRY: Kind(slow, 1)})
    create(scenario)
    scenario.add_mailing()
    scenario.tick()
    assert len(scenario.sqs.departures) == CLIENTS
    assert released[1] == CLIENTS, "the second chunk had to wait"
    assert len(released) == 20


def test_a_failed_chunk_is_tried_again_smaller_and_later(scenario: DispatcherScenario) -> None:
    sizes: list[int] = []

    def fails_twice(connection: Connection, job: Job, *, size: int, now: object) -> Progress:  # noqa: ARG001
        sizes.append(size)
        connection.execute(text("INSERT INTO attribute (name) VALUES (:name)"), {"name": f"of_{job.id}"})
        if len(sizes) < 3:
            raise RuntimeError
        return Progress(cursor=1, done=1, is_complete=True)

    scenario.limits = DispatchLimits(job_kinds={JobKind.RETRY: Kind(fails_twice, 100)})
    job_id, other = create(scenario), create(scenario)
    scenario.tick()
    assert sizes == [100, 100], "each job was tried once"
    assert {get(scenario, each).tries for each in (job_id, other)} == {1}
    for _ in range(2):
        scenario.now += timedelta(minutes=2)
        scenario.tick()
    assert sizes[2:] == [50, 50]
    assert {get(scenario, each).status for each in (job_id, other)} == {JobStatus.FINISHED}
    assert scenario.scalar("SELECT count(*) FROM attribute") == 2


def test_a_chunk_that_always_fails_fails_the_job_alone(scenario: DispatcherScenario) -> None:
    def broken(connection: Connection, job: Job, *, size: int, now: object) -> Progress:  # noqa: ARG001
        raise RuntimeError

    scenario.limits = DispatchLimits(job_kinds={JobKind.RETRY: Kind(broken, 1)})
    job_id = create(scenario)
    for _ in range(MAX_TRIES):
        scenario.tick()
        scenario.now += timedelta(hours=1)
    found = get(scenario, job_id)
    assert (found.status, found.error_code) == (JobStatus.FAILED, ProblemCode.JOB_STOPPED)
    assert found.error_params == {"job_id": job_id, "tries": MAX_TRIES}
    assert found.error
    assert found.error.startswith("The job failed 8 times in a row.")


def test_a_chunk_that_kills_its_dispatcher_fails_the_job_in_the_end(scenario: DispatcherScenario) -> None:
    class Killed(BaseException):
        pass

    def deadly(connection: Connection, job: Job, *, size: int, now: object) -> Progress:  # noqa: ARG001
        raise Killed

    scenario.limits = DispatchLimits(job_kinds={JobKind.RETRY: Kind(deadly, 1)})
    job_id = create(scenario)
    for _ in range(MAX_TRIES):
        with pytest.raises(Killed):
            scenario.tick()
        scenario.now += timedelta(minutes=2)
    scenario.tick()
    assert get(scenario, job_id).error_code == ProblemCode.JOB_STOPPED


def test_a_job_that_cannot_go_on_fails_with_the_reason(scenario: DispatcherScenario) -> None:
    mailing_id = failed_mailing(scenario)
    job_id = retry(scenario, mailing_id)
    with scenario.engine.begin() as connection:
        connection.execute(text("UPDATE mailing SET ends_at = :now"), {"now": scenario.now})
    scenario.tick()
    found = get(scenario, job_id)
    assert (found.status, found.error_code) == (JobStatus.FAILED, ProblemCode.MAILING_ENDED)
    assert scenario.statuses() == {"failed": CLIENTS}
    assert scenario.scalar("SELECT status FROM mailing") == "finished"
    assert metrics.provider.metric_set[Metric.FAILED_JOBS]["Value"] == [1.0]


def test_a_job_of_an_unknown_kind_waits(scenario: DispatcherScenario) -> None:
    scenario.limits = DispatchLimits(job_kinds={})
    job_id = create(scenario)
    scenario.tick()
    assert get(scenario, job_id).status == JobStatus.WAITING


def test_a_retry_is_sent_in_the_tick_that_does_it(scenario: DispatcherScenario) -> None:
    mailing_id = failed_mailing(scenario)
    job_id = retry(scenario, mailing_id)
    scenario.tick()
    found = get(scenario, job_id)
    assert (found.status, found.done, found.total) == (JobStatus.FINISHED, CLIENTS, CLIENTS)
    assert found.result == {"pending": CLIENTS}
    assert scenario.statuses() == {"queued": CLIENTS}
    scenario.run_until_finished()
    scenario.assert_each_once(CLIENTS)


def test_a_message_that_fails_again_is_not_retried_again_by_the_same_job(scenario: DispatcherScenario) -> None:
    mailing_id = failed_mailing(scenario)
    job_id = retry(scenario, mailing_id)
    runner.run_next(scenario.engine, SMALL.job_kinds, now=scenario.now)
    with scenario.engine.begin() as connection:
        # The first message of the chunk, and one that the job has not reached, fail after its creation.
        later = {"now": scenario.now + timedelta(seconds=1)}
        connection.execute(text("UPDATE message SET status = 'failed', since = :now WHERE id IN (1, 20)"), later)
    while get(scenario, job_id).status == JobStatus.RUNNING:
        runner.run_next(scenario.engine, SMALL.job_kinds, now=scenario.now)
    found = get(scenario, job_id)
    assert (found.status, found.done, found.total) == (JobStatus.FINISHED, CLIENTS - 1, CLIENTS - 1)
    assert scenario.statuses() == {"pending": CLIENTS - 2, "failed": 2}


def test_a_cancelled_job_stops_and_its_mailing_finishes(scenario: DispatcherScenario) -> None:
    mailing_id = failed_mailing(scenario)
    job_id = retry(scenario, mailing_id)
    runner.run_next(scenario.engine, SMALL.job_kinds, now=scenario.now)
    for _ in range(2):
        with scenario.engine.begin() as connection:
            assert jobs.cancel(connection, job_id, now=scenario.now).status == JobStatus.CANCELLED
    scenario.run_until_finished()
    assert scenario.statuses() == {"failed": CLIENTS - CHUNK, "sent": CHUNK}
    assert get(scenario, job_id).done == CHUNK
    assert retry(scenario, mailing_id) != job_id


def test_a_cancelled_mailing_cancels_its_job(scenario: DispatcherScenario) -> None:
    mailing_id = failed_mailing(scenario)
    job_id = retry(scenario, mailing_id)
    runner.run_next(scenario.engine, SMALL.job_kinds, now=scenario.now)
    with scenario.engine.begin() as connection:
        commands.cancel(connection, mailing_id, now=scenario.now)
    scenario.tick()
    assert get(scenario, job_id).status == JobStatus.CANCELLED
    assert scenario.statuses() == {"failed": CLIENTS - CHUNK, "cancelled": CHUNK}
    scenario.tick()
    assert scenario.scalar("SELECT settled FROM mailing")


def test_a_mailing_has_one_job_at_a_time(scenario: DispatcherScenario) -> None:
    mailing_id = failed_mailing(scenario)
    job_id = retry(scenario, mailing_id)
    with pytest.raises(Conflict) as refused:
        retry(scenario, mailing_id)
    assert (refused.value.code, refused.value.params) == (ProblemCode.MAILING_BUSY, {"job_id": job_id})


@pytest.mark.parametrize("statuses", [[RetriedStatus.FAILED], [RetriedStatus.EXPIRED, RetriedStatus.FAILED]])
def test_a_job_killed_at_any_commit_loses_and_repeats_nothing(
    scenario: DispatcherScenario, statuses: list[RetriedStatus], record_property: Callable[[str, object], None]
) -> None:
    commits = 0
    while True:
        commits += 1
        scenario.reset()
        mailing_id = failed_mailing(scenario)
        with scenario.engine.begin() as connection:
            job = retries.retry(connection, mailing_id, author=AUTHOR, now=scenario.now, statuses=statuses, at_once=1)
        assert job
        kill = KillAtCommit(commits)
        kill.over(scenario.engine)
        try:
            scenario.tick()
            break
        except ProcessKilled:
            pass
        finally:
            kill.leave(scenario.engine)
        scenario.now += timedelta(minutes=20)
        scenario.run_until_finished(every=timedelta(minutes=20))
        found = get(scenario, job.id)
        assert (found.status, found.done, found.result) == (JobStatus.FINISHED, CLIENTS, {"pending": CLIENTS})
        scenario.assert_each_once(CLIENTS)
    assert commits > 20
    record_property("job_kills", commits - 1)


def test_two_dispatchers_do_each_chunk_once(scenario: DispatcherScenario) -> None:
    mailing_id = failed_mailing(scenario)
    job_id = retry(scenario, mailing_id)
    start = Barrier(2)

    def work() -> int:
        engine = create_engine(scenario.engine.url)
        start.wait()
        chunks = 0
        while get(scenario, job_id).status in {JobStatus.WAITING, JobStatus.RUNNING}:
            chunks += runner.run_next(engine, SMALL.job_kinds, now=scenario.now) is not None
        engine.dispose()
        return chunks

    with ThreadPoolExecutor(2) as pool:
        chunks = [each.result() for each in [pool.submit(work), pool.submit(work)]]
    assert sum(chunks) == CLIENTS // CHUNK + 1
    assert Counter(get(scenario, job_id).result) == {"pending": CLIENTS}
    scenario.assert_reconciled()
