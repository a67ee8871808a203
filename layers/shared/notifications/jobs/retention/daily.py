"""The job of a day: one begins with each UTC day, unless that of an earlier day is still at work."""

from datetime import UTC, datetime

from sqlalchemy import Connection, func, select, text

from notifications.contracts.enumerations import OPEN_JOB_STATUSES, JobKind, JobStatus
from notifications.contracts.phrases import rfc3339
from notifications.database.tables import job
from notifications.events.audit import Author
from notifications.jobs import repository as jobs
from notifications.jobs.job import Job
from notifications.jobs.repository import Selection
from notifications.jobs.retention.periods import Days

AUTHOR = Author(actor="retention", name="retention", role="", request_id="")

# Held by the dispatcher that decides whether a job begins, so that two begin none at the same time.
_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtext('notifications.retention'))")
_IS_RETENTION = job.c.kind == JobKind.RETENTION
_LAST_FINISHED = select(func.max(job.c.id)).where(_IS_RETENTION, job.c.status == JobStatus.FINISHED).scalar_subquery()
_FIRST_UNFINISHED = select(func.min(job.c.created_at)).where(_IS_RETENTION, job.c.id > func.coalesce(_LAST_FINISHED, 0))


def start(connection: Connection, days: Days, *, now: datetime) -> None:
    """Create the job of the UTC day, unless it exists or an earlier one is open.

    Args:
        days: days for which rows are kept.
    """
    if not connection.execute(_LOCK).scalar_one():
        return
    newest = latest(connection)
    if newest is not None and (newest.status in OPEN_JOB_STATUSES or _day(newest.created_at) >= _day(now)):
        return
    # Mailings on which a job since then has begun may not be complete.
    since = connection.execute(_FIRST_UNFINISHED).scalar_one() or now
    jobs.create(connection, JobKind.RETENTION, {"days": days, "since": rfc3339(since)}, author=AUTHOR, now=now)


def latest(connection: Connection) -> Job | None:
    """Return the newest job of retention; None before the first."""
    selection = Selection(kind=JobKind.RETENTION)
    found = jobs.page(connection, selection, order=jobs.ORDERS["-id"], after=None, limit=1)
    return found[0] if found else None


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
