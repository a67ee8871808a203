"""`job/`: long work and its progress."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from api.audit_writer import record_change
from api.paging import Cursor, Limit, Pages
from api.request_context import Context
from api.resources.jobs.schemas import Job, JobPage
from api.routing import Routes
from notifications.contracts.enumerations import AuditAction, AuditKind, JobKind, JobStatus, Role
from notifications.jobs import repository as jobs
from notifications.jobs.repository import Selection

routes = Routes("jobs")

JobId = Annotated[int, Path(description="id of the job", ge=1, lt=2**63, examples=[5])]
Sort = Annotated[Literal["id", "-id"], Query(description="field to sort by; `-` for descending")]


@routes.get("/job/", role=Role.viewer, summary="List jobs")
def list_jobs(
    context: Context,
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Sort = "-id",
    status: Annotated[JobStatus | None, Query(description="jobs in this status")] = None,
    kind: Annotated[JobKind | None, Query(description="jobs of this kind")] = None,
    mailing_id: Annotated[int | None, Query(description="jobs that work on this mailing", ge=1, lt=2**63)] = None,
) -> JobPage:
    """List jobs that match all given filters, by default latest first. Jobs that ended long ago are deleted."""
    pages = Pages(jobs.ORDERS, sort=sort, cursor=cursor, limit=limit)
    selection = Selection(status=status, kind=kind, mailing_id=mailing_id)
    with context.autocommit() as connection:
        rows, following = pages.read(lambda **page: jobs.page(connection, selection, **page))
    return JobPage(items=[Job.model_validate(row) for row in rows], next=following)


@routes.get("/job/<job_id>/", role=Role.viewer, summary="Get a job")
def get_job(context: Context, job_id: JobId) -> Job:
    """Get a job with its progress."""
    with context.autocommit() as connection:
        return Job.model_validate(jobs.get(connection, job_id))


@routes.post("/job/<job_id>/cancel/", role=Role.operator, summary="Cancel a job")
def cancel_job(context: Context, job_id: JobId) -> Job:
    """Cancel the job after its current chunk. What it has done stays done. A cancelled job stays as it is.

    409 if the job has finished or failed.
    """
    with context.transaction() as connection:
        before = Job.model_validate(jobs.get(connection, job_id, lock=True))
        after = Job.model_validate(jobs.cancel(connection, job_id, now=context.now()))
        if after != before:
            record_change(context, connection, AuditAction.CANCEL, AuditKind.JOB, job_id, before=before, after=after)
            # A mailing whose job is cancelled may have nothing left to do.
            context.trigger_dispatcher_after_commit()
    return after
