"""`mailing/{id}/pause/`, `resume/`, `cancel/`, `retry/`, `resolve/`: what is done to a mailing while it lives."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from sqlalchemy import Connection

from api import state
from api.etags import IfMatch
from api.mailings import MailingId, answer, changed
from api.schemas.mailings import Mailing, ResolutionInput
from notifications import control
from notifications.enumerations import AuditAction

router = APIGatewayHttpRouter()


@router.post("/api/v1/mailing/<mailing_id>/pause/", summary="Pause a mailing", tags=["mailings"])
def pause_mailing(mailing_id: MailingId, if_match: IfMatch = None) -> Response[Mailing]:
    """Nothing goes out until it is resumed, except what is at the provider already."""
    mailing = changed(
        mailing_id, AuditAction.PAUSE, lambda connection, _: control.pause(connection, mailing_id), if_match
    )
    return answer(HTTPStatus.OK, mailing)


@router.post("/api/v1/mailing/<mailing_id>/resume/", summary="Resume a paused mailing", tags=["mailings"])
def resume_mailing(mailing_id: MailingId, if_match: IfMatch = None) -> Response[Mailing]:
    """It goes on where it was."""
    mailing = changed(
        mailing_id, AuditAction.RESUME, lambda connection, _: control.resume(connection, mailing_id), if_match
    )
    return answer(HTTPStatus.OK, mailing)


@router.post("/api/v1/mailing/<mailing_id>/cancel/", summary="End a mailing for good", tags=["mailings"])
def cancel_mailing(mailing_id: MailingId, if_match: IfMatch = None) -> Response[Mailing]:
    """What still waits is cancelled."""

    def act(connection: Connection, _: Any) -> None:
        control.cancel(connection, mailing_id, now=state.now())

    return answer(HTTPStatus.OK, changed(mailing_id, AuditAction.CANCEL, act, if_match))


@router.post("/api/v1/mailing/<mailing_id>/retry/", summary="Try failed messages again", tags=["mailings"])
def retry_mailing(mailing_id: MailingId, if_match: IfMatch = None) -> Response[Mailing]:
    """They are `pending` again. A mailing that is cancelled, or whose end has passed, is a 409."""

    def act(connection: Connection, _: Any) -> None:
        control.retry(connection, mailing_id, now=state.now())

    return answer(HTTPStatus.OK, changed(mailing_id, AuditAction.RETRY, act, if_match))


@router.post("/api/v1/mailing/<mailing_id>/resolve/", summary="Decide on unknown outcomes", tags=["mailings"])
def resolve_mailing(mailing_id: MailingId, decision: ResolutionInput, if_match: IfMatch = None) -> Response[Mailing]:
    """Messages that nobody knows to be sent or not: `resend` sends them again under the same id, `give_up` fails them.

    Without `messages` it concerns all of them. A message whose outcome is known is a 409, and nothing is changed.
    """

    def act(connection: Connection, _: Any) -> None:
        control.resolve(connection, mailing_id, decision.verdict, decision.messages, now=state.now())

    return answer(HTTPStatus.OK, changed(mailing_id, AuditAction.RESOLVE, act, if_match))
