"""Runner of jobs: does one chunk of each open job in turn, and commits it together with the job's progress.

After a crash at any point a job continues: a chunk that was not committed has done nothing, and is done again. The lock
of the job's row keeps two dispatchers from doing the same chunk. Its lease delays the next try of a chunk that failed,
or whose dispatcher died.
"""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from notifications.contracts.enumerations import JobStatus
from notifications.contracts.errors import InvalidInput, Problem
from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger
from notifications.contracts.problem_codes import ProblemCode
from notifications.jobs import repository as jobs
from notifications.jobs.job import Job, Kind, Kinds, Progress

# Longer than a chunk takes: then the dispatcher that had begun it is dead.
LEASE = timedelta(minutes=1)
# A job fails after this many tries of the same chunk, each with half of the items of the one before.
MAX_TRIES = 8
# Pause after a failed try; it doubles with each.
FIRST_PAUSE = timedelta(seconds=5)


def run_next(engine: Engine, kinds: Kinds, *, now: datetime) -> Job | None:
    """Do a chunk of the open job that has waited longest.

    Args:
        kinds: work by kind. Jobs of other kinds, which a newer version has created, wait.

    Returns:
        The job as it was before the chunk; None if no job can be worked on.
    """
    # In a transaction of its own, so that a try that ends with the process is counted too.
    with engine.begin() as connection:
        claimed = jobs.claim_next(connection, list(kinds), now=now, lease_until=now + LEASE)
    if claimed is None:
        return None
    with engine.begin() as connection:
        job = jobs.lock_running(connection, claimed.id)
        if job is not None:
            _run_chunk(connection, job, kinds[job.kind], now)
    return claimed


def run_at_once(connection: Connection, job: Job, kind: Kind, *, items: int, now: datetime) -> None:
    """Do all of a new job in the caller's transaction.

    Args:
        items: largest number of items that it has.
    """
    # A chunk with fewer items than it may have is the last one.
    progress = kind.run_chunk(connection, job, size=items + 1, now=now)
    jobs.save(connection, job.id, started_at=now)
    _save(connection, job, progress, now)


def _run_chunk(connection: Connection, job: Job, kind: Kind, now: datetime) -> None:
    if job.tries > MAX_TRIES:
        _give_up(connection, job, now)
        return
    try:
        with connection.begin_nested():
            progress = kind.run_chunk(connection, job, size=max(1, kind.chunk_size >> (job.tries - 1)), now=now)
    except Problem as problem:
        _fail(connection, job, problem, now)
    except Exception:  # noqa: BLE001 - whatever the reason, the other jobs go on
        logger.exception("A chunk of the job failed. It is tried again.", extra={"job_id": job.id, "kind": job.kind})
        if job.tries >= MAX_TRIES:
            _give_up(connection, job, now)
        else:
            jobs.save(connection, job.id, lease_until=now + FIRST_PAUSE * 2 ** (job.tries - 1))
    else:
        _save(connection, job, progress, now)


def _save(connection: Connection, job: Job, progress: Progress, now: datetime) -> None:
    done = job.done + progress.done
    jobs.save(
        connection,
        job.id,
        cursor=progress.cursor,
        done=done,
        total=_total(job, progress, done),
        result=Counter(job.result) + Counter(progress.result),
        tries=0,
        lease_until=None,
        status=JobStatus.FINISHED if progress.is_complete else JobStatus.RUNNING,
        finished_at=now if progress.is_complete else None,
    )
    if progress.is_complete:
        logger.info("job finished", extra={"job_id": job.id, "kind": job.kind, "items": done})


def _total(job: Job, progress: Progress, done: int) -> int | None:
    """Return the number of items: a job may find fewer or more than were counted when it was created."""
    if job.total is None:
        return None
    return done if progress.is_complete else max(job.total, done)


def _give_up(connection: Connection, job: Job, now: datetime) -> None:
    _fail(connection, job, Problem(ProblemCode.JOB_STOPPED, job_id=job.id, tries=MAX_TRIES), now)


def _fail(connection: Connection, job: Job, problem: Problem, now: datetime) -> None:
    jobs.save(
        connection,
        job.id,
        status=JobStatus.FAILED,
        finished_at=now,
        lease_until=None,
        error=str(problem),
        error_code=problem.code,
        error_params=problem.params,
    )
    # The author of a file that is refused sees the reason, and nobody else has anything to repair.
    if isinstance(problem, InvalidInput):
        logger.warning("job refused its input", extra={"job_id": job.id, "kind": job.kind, "code": problem.code})
        return
    add_metric(Metric.FAILED_JOBS, 1)
    logger.error("job failed", extra={"job_id": job.id, "kind": job.kind, "code": problem.code})
