"""`mailing/test/`: a mailing's text to one phone, now."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from sqlalchemy import Connection

from api import request_context
from api.dispatcher_trigger import wake_after_commit
from api.resources.test_sends.schemas import Trial, TrialInput
from notifications.clients import repository as clients
from notifications.clients.attributes import filling
from notifications.clients.phones import operator_code_of
from notifications.contracts.errors import InvalidInput, MissingValue, NotFound
from notifications.contracts.problem_codes import ProblemCode
from notifications.messages import test_sends
from notifications.texts.placeholders import Template

router = APIGatewayHttpRouter()

TrialId = Annotated[int, Path(ge=1, lt=2**63)]


@router.post("/api/v1/mailing/test/", summary="Send a text to one phone now", tags=["mailings"], status_code=202)
def send_test(new: TrialInput) -> Response[Trial]:
    """Outside all mailings and counts, and at any hour: to see how a text looks before many get it.

    Sent once, without retries; `GET mailing/test/{id}/` tells what became of it.
    """
    with request_context.transaction() as connection:
        text = _filled(connection, new)
        row = test_sends.create(connection, phone=new.phone, text=text, now=request_context.now())
        wake_after_commit()
    return Response(HTTPStatus.ACCEPTED, content_type="application/json", body=Trial.model_validate(row))


@router.get("/api/v1/mailing/test/<trial_id>/", summary="What became of a test send", tags=["mailings"])
def get_test(trial_id: TrialId) -> Trial:
    """`error` has the provider's own words."""
    with request_context.autocommit() as connection:
        return Trial.model_validate(test_sends.get(connection, trial_id))


def _filled(connection: Connection, new: TrialInput) -> str:
    try:
        return Template.parse(new.text).render(_values(connection, new))
    except MissingValue as error:
        raise InvalidInput("text", ProblemCode.VALUE_MISSING, name=error.name) from None


def _values(connection: Connection, new: TrialInput) -> dict[str, str]:
    """What fills the text: the attributes that are given, or else those of the client with this phone."""
    try:
        person = clients.get(connection, new.phone)
    except NotFound:
        return filling(new.phone, operator_code_of(new.phone), new.attributes or {})
    given = person.attributes if new.attributes is None else new.attributes
    return filling(new.phone, person.operator_code, given)
