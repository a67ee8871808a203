"""Jobs in the database: create, read, page and cancel."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from notifications.contracts.enumerations import OPEN_JOB_STATUSES, AuditAction, JobKind, JobStatus
from notifications.contracts.errors import Conflict, NotFound
from notifications.contracts.problem_codes import ProblemCode
from notifications.database.keyset import Key, Order
from notifications.database.rows import columns_of
from notifications.database.tables import job
from notifications.events.audit import Author
from notifications.jobs.job import Job

ORDERS = {"id": Order([job.c.id]), "-id": Order([job.c.id], descending=True)}

_COLUMNS = columns_of(Job, job)
_IS_OPEN = job.c.status.in_(OPEN_JOB_STATUSES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Filter of the list of jobs: jobs that match all given fields."""

    status: JobStatus | None = None
    kind: JobKind | None = None
    mailing_id: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as conditions on the table."""
        given = {"status": self.status, "kind": self.kind, "mailing_id": self.mailing_id}
        return [job.c[name] == value for name, value in given.items() if value is not None]


def _read(row: Row[Any]) -> Job:
    """Return the job of a row of the table."""
    code = row.error_code and ProblemCode(row.error_code)
    vocabularies = {"kind": JobKind(row.kind), "status": JobStatus(row.status), "error_code": code}
    return Job(**{**row._mapping, **vocabularies})


def create(
    connection: Connection,
    kind: JobKind,
    params: Mapping[str, Any],
    *,
    author: Author,
    now: datetime,
    total: int | None = None,
    mailing_id: int | None = None,
) -> Job:
    """Store a new job. A tick begins it.

    Args:
        params: what it is to do, as its kind reads it.
        total: number of items; None if it is not known.
        mailing_id: the mailing on which it works.
    """
    values = {
        "kind": kind,
        "params": params,
        "total": total,
        "mailing_id": mailing_id,
        "actor": author.actor,
        "name": author.name,
        "created_at": now,
    }
    return _read(connection.execute(insert(job).values(values).returning(*_COLUMNS)).one())


def get(connection: Connection, job_id: int, *, lock: bool = False) -> Job:
    """Return the job with an id.

    Args:
        lock: lock its row until the transaction ends. This waits for a chunk that is being worked on.

    Raises:
        NotFound: there is none.
    """
    query = select(*_COLUMNS).where(job.c.id == job_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound(ProblemCode.JOB_NOT_FOUND, job_id=job_id)
    return _read(row)


def page(connection: Connection, selection: Selection, *, order: Order, after: Key | None, limit: int) -> Sequence[Job]:
    """Return at most `limit` of the selected jobs."""
    query = select(*_COLUMNS).where(*selection.conditions())
    return [_read(row) for row in connection.execute(order.page(query, after=after, limit=limit))]


def claim_next(
    connection: Connection, kinds: Collection[JobKind], *, now: datetime, lease_until: datetime
) -> Job | None:
    """Begin a try of the next chunk of the open job that has waited longest, or return None if all are under a lease.

    Args:
        kinds: jobs of other kinds wait.
    """
    is_free = job.c.lease_until.is_(None) | (job.c.lease_until <= now)
    first = select(job.c.id).where(_IS_OPEN, is_free, job.c.kind.in_(kinds)).order_by(job.c.turn_at, job.c.id).limit(1)
    values = {
        "status": JobStatus.RUNNING,
        "started_at": func.coalesce(job.c.started_at, now),
        "tries": job.c.tries + 1,
        "lease_until": lease_until,
        # The tick's time may stand still between two chunks.
        "turn_at": func.clock_timestamp(),
    }
    claimed = update(job).where(job.c.id == first.with_for_update(skip_locked=True).scalar_subquery()).values(values)
    row = connection.execute(claimed.returning(*_COLUMNS)).one_or_none()
    return None if row is None else _read(row)


def lock_running(connection: Connection, job_id: int) -> Job | None:
    """Lock and return a job; None if it was cancelled meanwhile, or another dispatcher has locked it."""
    query = select(*_COLUMNS).where(job.c.id == job_id, job.c.status == JobStatus.RUNNING)
    row = connection.execute(query.with_for_update(skip_locked=True)).one_or_none()
    return None if row is None else _read(row)


def save(connection: Connection, job_id: int, **values: object) -> None:
    """Change columns of a job that the caller has locked."""
    connection.execute(update(job).where(job.c.id == job_id).values(**values))


def open_job_of(connection: Connection, mailing_id: int) -> int | None:
    """Return the id of a job that works on a mailing and has not ended, or None."""
    query = select(job.c.id).where(job.c.mailing_id == mailing_id, _IS_OPEN).limit(1)
    return connection.execute(query).scalar_one_or_none()


def cancel(connection: Connection, job_id: int, *, now: datetime) -> Job:
    """Cancel a job after its current chunk. What its chunks have done stays. A cancelled job stays as it is.

    Raises:
        NotFound: there is no such job.
        Conflict: the job has finished or failed.
    """
    row = get(connection, job_id, lock=True)
    if row.status == JobStatus.CANCELLED:
        return row
    if row.status not in OPEN_JOB_STATUSES:
        raise Conflict(ProblemCode.JOB_STATUS, action=AuditAction.CANCEL, job_status=row.status)
    return _read(connection.execute(_cancel(job.c.id == job_id, now).returning(*_COLUMNS)).one())


def cancel_jobs_of(connection: Connection, mailing_id: int, *, now: datetime) -> None:
    """Cancel the open jobs of a mailing that the caller has locked, after their current chunk."""
    connection.execute(_cancel(job.c.mailing_id == mailing_id, now))


def _cancel(which: ColumnElement[bool], now: datetime) -> Any:
    values = {"status": JobStatus.CANCELLED, "finished_at": now, "lease_until": None}
    return update(job).where(which, _IS_OPEN).values(values)
