"""`mailing/{id}/pause/`, `resume/`, `cancel/`, `retry/`, `resolve/`: what is done to a mailing while it lives."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from sqlalchemy import Connection

from api import request_context
from api.middleware.etags import IfMatch
from api.resources.mailings.routes import MailingId, answer, changed
from api.resources.mailings.schemas import Mailing, ResolutionInput
from notifications.contracts.enumerations import AuditAction
from notifications.mailings import commands

router = APIGatewayHttpRouter()


@router.post("/api/v1/mailing/<mailing_id>/pause/", summary="Pause a mailing", tags=["mailings"])
def pause_mailing(mailing_id: MailingId, if_match: IfMatch = None) -> Response[Mailing]:
    """Nothing goes out until it is resumed, except what is at the provider already."""
    mailing = changed(
        mailing_id, AuditAction.PAUSE, lambda connection, _: commands.pause(connection, mailing_id), if_match
    )
    return answer(HTTPStatus.OK, mailing)


@router.post("/api/v1/mailing/<mailing_id>/resume/", summary="Resume a paused mailing", tags=["mailings"])
def resume_mailing(mailing_id: MailingId, if_match: IfMatch = None) -> Response[Mailing]:
    """It goes on where it was."""
    mailing = changed(
        mailing_id, AuditAction.RESUME, lambda connection, _: commands.resume(connection, mailing_id), if_match
    )
    return answer(HTTPStatus.OK, mailing)


@router.post("/api/v1/mailing/<mailing_id>/cancel/", summary="End a mailing for good", tags=["mailings"])
def cancel_mailing(mailing_id: MailingId, if_match: IfMatch = None) -> Response[Mailing]:
    """What still waits is cancelled."""

    def act(connection: Connection, _: Any) -> None:
        commands.cancel(connection, mailing_id, now=request_context.now())

    return answer(HTTPStatus.OK, changed(mailing_id, AuditAction.CANCEL, act, if_match))


@router.post("/api/v1/mailing/<mailing_id>/retry/", summary="Try failed messages again", tags=["mailings"])
def retry_mailing(mailing_id: MailingId, if_match: IfMatch = None) -> Response[Mailing]:
    """They are `pending` again. A mailing that is cancelled, or whose end has passed, is a 409."""

    def act(connection: Connection, _: Any) -> None:
        commands.retry(connection, mailing_id, now=request_context.now())

    return answer(HTTPStatus.OK, changed(mailing_id, AuditAction.RETRY, act, if_match))


@router.post("/api/v1/mailing/<mailing_id>/resolve/", summary="Decide on unknown outcomes", tags=["mailings"])
def resolve_mailing(mailing_id: MailingId, decision: ResolutionInput, if_match: IfMatch = None) -> Response[Mailing]:
    """Messages that nobody knows to be sent or not: `resend` sends them again under the same id, `give_up` fails them.

    Without `messages` it concerns all of them. A message whose outcome is known is a 409, and nothing is changed.
    """

    def act(connection: Connection, _: Any) -> None:
        commands.resolve(connection, mailing_id, decision.verdict, decision.messages, now=request_context.now())

    return answer(HTTPStatus.OK, changed(mailing_id, AuditAction.RESOLVE, act, if_match))
