"""Updates mailings in one transaction: lock, check of `If-Match`, change, audit log, trigger of the dispatcher."""

from collections.abc import Callable
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from sqlalchemy import Connection

from api.audit_writer import record_change
from api.middleware.etags import etag_of, require_match
from api.request_context import RequestContext
from api.resources.jobs.schemas import Job
from api.resources.mailings.representation import answer, read
from api.resources.mailings.schemas import Mailing
from notifications.contracts.enumerations import AuditAction, AuditKind
from notifications.jobs.job import Job as StoredJob
from notifications.mailings import repository as mailings
from notifications.mailings.mailing import Mailing as StoredMailing

type Change = Callable[[Connection, StoredMailing], object]
type ChangeOrJob = Callable[[Connection, StoredMailing], StoredJob | None]


def update(
    context: RequestContext, mailing_id: int, action: AuditAction, change: Change, *, if_match: str | None
) -> Response[Mailing]:
    """Change a mailing in a transaction and return an answer with it.

    Args:
        change: makes the change, given the connection and the locked row.
    """
    after, _ = _update(context, mailing_id, action, change, if_match=if_match)
    return answer(HTTPStatus.OK, after)


def update_or_start(
    context: RequestContext, mailing_id: int, action: AuditAction, change: ChangeOrJob, *, if_match: str | None
) -> Response[Mailing | Job]:
    """Change a mailing in a transaction, and return an answer with it, or with the job that goes on with the change.

    Args:
        change: makes the change, given the connection and the locked row; returns the job if it has created one.
    """
    after, job = _update(context, mailing_id, action, change, if_match=if_match)
    body: Mailing | Job = after
    if job is None:
        return Response(HTTPStatus.OK, content_type="application/json", body=body, headers={"ETag": etag_of(after)})
    body = Job.model_validate(job)
    return Response(HTTPStatus.ACCEPTED, content_type="application/json", body=body)


def _update[Result](
    context: RequestContext,
    mailing_id: int,
    action: AuditAction,
    change: Callable[[Connection, StoredMailing], Result],
    *,
    if_match: str | None,
) -> tuple[Mailing, Result]:
    with context.transaction() as connection:
        row = mailings.get(connection, mailing_id, lock=True)
        before = read(connection, row)
        require_match(if_match, before)
        result = change(connection, row)
        after = read(connection, mailings.get(connection, mailing_id))
        if after != before or result is not None:
            record_change(context, connection, action, AuditKind.MAILING, mailing_id, before=before, after=after)
        context.trigger_dispatcher_after_commit()
    return after, result
