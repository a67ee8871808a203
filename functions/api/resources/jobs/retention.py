"""`retention/`: how long rows are kept, and what the last removal has removed."""

from api.request_context import Context
from api.resources.jobs.retention_schemas import KeptRows, Retention
from api.routing import Routes
from notifications.contracts.enumerations import RetentionSubject, Role
from notifications.jobs.retention import daily

routes = Routes("jobs")


@routes.get("/retention/", role=Role.viewer, summary="Get the retention of rows")
def get_retention(context: Context) -> Retention:
    """Get how long rows are kept, and what the newest daily removal has removed so far.

    A parameter of the stack that was changed is shown from the next removal on. Before the first, `items` is empty.
    """
    with context.autocommit() as connection:
        job = daily.latest(connection)
    if job is None:
        return Retention(items=[], job_id=None, status=None, started_at=None, finished_at=None)
    days = job.params["days"]
    items = [
        KeptRows(subject=subject, days=days[subject], removed=job.result.get(subject, 0))
        for subject in RetentionSubject
        if subject in days
    ]
    return Retention(
        items=items, job_id=job.id, status=job.status, started_at=job.started_at, finished_at=job.finished_at
    )
