"""`mailing/{id}/pause/`, `resume/`, `cancel/`, `retry/`, `resolve/`: actions on a mailing."""

from aws_lambda_powertools.event_handler import Response
from sqlalchemy import Connection

from api.middleware.etags import IfMatch
from api.request_context import Context
from api.resources.mailings.routes import MailingId
from api.resources.mailings.schemas import Mailing, ResolutionInput
from api.resources.mailings.updates import update
from api.routing import Routes
from notifications.contracts.enumerations import AuditAction, Role
from notifications.mailings import commands
from notifications.mailings.mailing import Mailing as StoredMailing

routes = Routes("mailings")


@routes.post("/mailing/<mailing_id>/pause/", role=Role.operator, summary="Pause a mailing")
def pause_mailing(context: Context, mailing_id: MailingId, if_match: IfMatch = None) -> Response[Mailing]:
    """Pause the mailing. Messages already handed to the provider are still delivered."""

    def pause(connection: Connection, _: StoredMailing) -> None:
        commands.pause(connection, mailing_id)

    return update(context, mailing_id, AuditAction.PAUSE, pause, if_match=if_match)


@routes.post("/mailing/<mailing_id>/resume/", role=Role.operator, summary="Resume a paused mailing")
def resume_mailing(context: Context, mailing_id: MailingId, if_match: IfMatch = None) -> Response[Mailing]:
    """Resume sending from where it stopped."""

    def resume(connection: Connection, _: StoredMailing) -> None:
        commands.resume(connection, mailing_id)

    return update(context, mailing_id, AuditAction.RESUME, resume, if_match=if_match)


@routes.post("/mailing/<mailing_id>/cancel/", role=Role.operator, summary="Cancel a mailing")
def cancel_mailing(context: Context, mailing_id: MailingId, if_match: IfMatch = None) -> Response[Mailing]:
    """End the mailing for good and cancel its unsent messages."""

    def cancel(connection: Connection, _: StoredMailing) -> None:
        commands.cancel(connection, mailing_id, now=context.now())

    return update(context, mailing_id, AuditAction.CANCEL, cancel, if_match=if_match)


@routes.post("/mailing/<mailing_id>/retry/", role=Role.operator, summary="Retry failed messages")
def retry_mailing(context: Context, mailing_id: MailingId, if_match: IfMatch = None) -> Response[Mailing]:
    """Set the failed messages to `pending`, to be sent again. 409 if the mailing is cancelled or its end has passed."""

    def retry(connection: Connection, _: StoredMailing) -> None:
        commands.retry(connection, mailing_id, now=context.now())

    return update(context, mailing_id, AuditAction.RETRY, retry, if_match=if_match)


@routes.post("/mailing/<mailing_id>/resolve/", role=Role.operator, summary="Resolve unknown outcomes")
def resolve_mailing(
    context: Context, mailing_id: MailingId, decision: ResolutionInput, if_match: IfMatch = None
) -> Response[Mailing]:
    """Decide on messages of unknown outcome: `resend` sends them again under the same id, `give_up` fails them.

    Without `messages` the decision is for all of them. 409 if the outcome of one is known; then nothing is changed.
    """

    def resolve(connection: Connection, _: StoredMailing) -> None:
        commands.resolve(connection, mailing_id, decision.verdict, decision.messages, now=context.now())

    return update(context, mailing_id, AuditAction.RESOLVE, resolve, if_match=if_match)
