"""Updates mailings in one transaction: lock, check of `If-Match`, change, audit log, trigger of the dispatcher."""

from collections.abc import Callable
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from sqlalchemy import Connection

from api.audit_writer import record_change
from api.middleware.etags import require_match
from api.request_context import RequestContext
from api.resources.mailings.representation import answer, read
from api.resources.mailings.schemas import Mailing
from notifications.contracts.enumerations import AuditAction, AuditKind
from notifications.mailings import repository as mailings
from notifications.mailings.mailing import Mailing as StoredMailing

type Change = Callable[[Connection, StoredMailing], object]


def update(
    context: RequestContext, mailing_id: int, action: AuditAction, change: Change, *, if_match: str | None
) -> Response[Mailing]:
    """Change a mailing in a transaction and return an answer with it.

    Args:
        change: makes the change, given the connection and the locked row.
    """
    with context.transaction() as connection:
        row = mailings.get(connection, mailing_id, lock=True)
        before = read(connection, row)
        require_match(if_match, before)
        change(connection, row)
        after = read(connection, mailings.get(connection, mailing_id))
        record_change(context, connection, action, AuditKind.MAILING, mailing_id, before=before, after=after)
        context.trigger_dispatcher_after_commit()
    return answer(HTTPStatus.OK, after)
