"""`client/bulk/`: change many clients."""

from collections.abc import Collection
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from api.audit_writer import author_of, record_change
from api.middleware.authorization import claims_of, require_role
from api.request_context import Context
from api.resources.clients.schemas import Bulk, BulkEntry
from api.resources.jobs.schemas import Job
from api.routing import Routes
from notifications.clients.bulk import commands
from notifications.clients.bulk.commands import BulkChange
from notifications.clients.erasure import erased_phones
from notifications.contracts.enumerations import OPEN_JOB_STATUSES, AuditAction, AuditKind, Role

routes = Routes("clients")

MAX_LOGGED_PHONES = 100


@routes.post("/client/bulk/", role=Role.operator, summary="Change many clients", may_start_job=True)
def change_clients(context: Context, wanted: Bulk) -> Response[Job]:
    """Add tags to many clients and remove others, or delete the clients. Messages already sent still count.

    Up to 1,000 clients are changed at once: 200 with the finished job. More are changed by a job: 202, and its URL in
    `Location`. Clients that are created after the call are left out. `result` of the job has the numbers of clients
    that were `changed`, `unchanged`, `deleted`, `refused` since they would have more than 100 tags, or `missing`: no
    client has the phone, or the client was deleted or left the filter meanwhile. `total` may be an estimate until the
    job has finished.

    Deletions need the role `admin`. They cancel the unsent messages of the clients.
    """
    if wanted.delete:
        require_role(claims_of(context.event), Role.admin)
    with context.transaction() as connection:
        erased = erased_phones.erased(connection, context.erasure_key(), wanted.phones) if wanted.phones else set()
        job = commands.start(
            connection,
            _change(wanted),
            author=author_of(context),
            now=context.now(),
            at_once=context.changed_at_once(),
        )
        shown = Job.model_validate(job)
        record_change(
            context, connection, AuditAction.CREATE, AuditKind.JOB, job.id, after=_entry(wanted, shown, erased)
        )
        if job.status not in OPEN_JOB_STATUSES:
            return Response(HTTPStatus.OK, content_type="application/json", body=shown)
        context.trigger_dispatcher_after_commit()
    return Response(HTTPStatus.ACCEPTED, content_type="application/json", body=shown)


def _change(wanted: Bulk) -> BulkChange:
    return BulkChange(
        phones=None if wanted.phones is None else set(wanted.phones),
        tags=wanted.filter.tags if wanted.filter else (),
        operator_codes=wanted.filter.operator_codes if wanted.filter else (),
        add_tags=wanted.add_tags,
        remove_tags=wanted.remove_tags,
        delete=wanted.delete,
    )


def _entry(wanted: Bulk, job: Job, erased: Collection[str]) -> BulkEntry:
    phones = wanted.phones and [each for each in wanted.phones if each not in erased][:MAX_LOGGED_PHONES]
    return BulkEntry(kind=job.kind, clients=job.total, **{**dict(wanted), "phones": phones})
