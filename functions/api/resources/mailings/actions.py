"""`mailing/{id}/launch/`, `withdraw/`, `pause/`, `resume/`, `cancel/`, `retry/`, `resolve/`: actions on a mailing."""

from aws_lambda_powertools.event_handler import Response
from sqlalchemy import Connection

from api.audit_writer import author_of
from api.middleware.etags import IfMatch
from api.request_context import Context
from api.resources.jobs.schemas import Job
from api.resources.mailings.representation import require_period, require_valid_text
from api.resources.mailings.routes import MailingId
from api.resources.mailings.schemas import Mailing, ResolutionInput, RetryInput
from api.resources.mailings.updates import update, update_or_start
from api.routing import Routes
from notifications.contracts.enumerations import AuditAction, Role
from notifications.jobs.job import Job as StoredJob
from notifications.mailings import commands, retries
from notifications.mailings.mailing import Mailing as StoredMailing

routes = Routes("mailings")


@routes.post("/mailing/<mailing_id>/launch/", role=Role.operator, summary="Launch a draft")
def launch_mailing(context: Context, mailing_id: MailingId, if_match: IfMatch = None) -> Response[Mailing]:
    """Schedule a draft. Send the ETag of the draft that was checked, so that no other version of it is launched.

    409 if the mailing is not a draft. 422 if its end has passed, or if its text is not valid now.
    """

    def launch(connection: Connection, row: StoredMailing) -> None:
        commands.launch(connection, mailing_id, now=context.now())
        require_valid_text(context, connection, row.text)

    return update(context, mailing_id, AuditAction.LAUNCH, launch, if_match=if_match)


@routes.post("/mailing/<mailing_id>/withdraw/", role=Role.operator, summary="Withdraw a mailing that has not started")
def withdraw_mailing(context: Context, mailing_id: MailingId, if_match: IfMatch = None) -> Response[Mailing]:
    """Make a mailing that has not started a draft again. 409 if it has started or is over."""

    def withdraw(connection: Connection, _: StoredMailing) -> None:
        commands.withdraw(connection, mailing_id)

    return update(context, mailing_id, AuditAction.WITHDRAW, withdraw, if_match=if_match)


@routes.post("/mailing/<mailing_id>/pause/", role=Role.operator, summary="Pause a mailing")
def pause_mailing(context: Context, mailing_id: MailingId, if_match: IfMatch = None) -> Response[Mailing]:
    """Pause the mailing until it is resumed. Messages already handed to the provider are still delivered.

    409 if the mailing has finished or is cancelled, or if its end has passed.
    """

    def pause(connection: Connection, _: StoredMailing) -> None:
        commands.pause(connection, mailing_id, now=context.now())

    return update(context, mailing_id, AuditAction.PAUSE, pause, if_match=if_match)


@routes.post("/mailing/<mailing_id>/resume/", role=Role.operator, summary="Resume a paused mailing")
def resume_mailing(context: Context, mailing_id: MailingId, if_match: IfMatch = None) -> Response[Mailing]:
    """Resume sending from where it stopped. A mailing that is not paused stays as it is.

    409 if the mailing has finished or is cancelled, or if its end has passed.
    """

    def resume(connection: Connection, _: StoredMailing) -> None:
        commands.resume(connection, mailing_id, now=context.now())

    return update(context, mailing_id, AuditAction.RESUME, resume, if_match=if_match)


@routes.post("/mailing/<mailing_id>/cancel/", role=Role.operator, summary="Cancel a mailing")
def cancel_mailing(context: Context, mailing_id: MailingId, if_match: IfMatch = None) -> Response[Mailing]:
    """Cancel the mailing and its unsent messages for good. Messages already handed to the provider are still delivered.

    409 if the mailing has finished.
    """

    def cancel(connection: Connection, _: StoredMailing) -> None:
        commands.cancel(connection, mailing_id, now=context.now())

    return update(context, mailing_id, AuditAction.CANCEL, cancel, if_match=if_match)


@routes.post(
    "/mailing/<mailing_id>/retry/",
    role=Role.operator,
    summary="Retry failed or expired messages",
    may_start_job=True,
)
def retry_mailing(
    context: Context, mailing_id: MailingId, wanted: RetryInput | None = None, if_match: IfMatch = None
) -> Response[Mailing | Job]:
    """Send failed messages again, expired ones if asked: they become `pending`, and a finished mailing runs again.

    If the mailing's end has passed, give a new `ends_at`; expired messages that are not retried stay expired. Messages
    of deleted clients are cancelled.

    Up to 1,000 messages are retried at once: 200 with the mailing. More are retried by a job: 202 with the job, and its
    URL in `Location`. The mailing gets its new end at once. Each message is retried once by a job, even if it fails
    again.

    409 if the mailing is scheduled or cancelled, if its end has passed and no new one is given, if retention has
    removed messages of it, or while another job works on it.
    """
    given = wanted or RetryInput()

    def retry(connection: Connection, row: StoredMailing) -> StoredJob | None:
        now = context.now()
        if given.ends_at:
            require_period(row.starts_at, given.ends_at, now=now)
        return retries.retry(
            connection,
            mailing_id,
            author=author_of(context),
            now=now,
            statuses=given.statuses,
            ends_at=given.ends_at,
            at_once=context.changed_at_once(),
        )

    return update_or_start(context, mailing_id, AuditAction.RETRY, retry, if_match=if_match)


@routes.post(
    "/mailing/<mailing_id>/resolve/", role=Role.operator, summary="Resolve unknown outcomes", may_start_job=True
)
def resolve_mailing(
    context: Context, mailing_id: MailingId, decision: ResolutionInput, if_match: IfMatch = None
) -> Response[Mailing | Job]:
    """Decide on messages of unknown outcome: `resend` sends them again under the same id, `give_up` fails them.

    Omit `messages` to decide on all of them. Up to 1,000 are decided on at once: 200 with the mailing. More are decided
    on by a job: 202 with the job, and its URL in `Location`.

    409 if the outcome of any of them is known (then nothing is changed), if they cannot be sent again since the mailing
    is cancelled or its end has passed, if retention has removed messages of the mailing, or while another job works on
    it.
    """

    def resolve(connection: Connection, _: StoredMailing) -> StoredJob | None:
        return retries.resolve(
            connection,
            mailing_id,
            decision.verdict,
            decision.messages,
            author=author_of(context),
            now=context.now(),
            at_once=context.changed_at_once(),
        )

    return update_or_start(context, mailing_id, AuditAction.RESOLVE, resolve, if_match=if_match)
