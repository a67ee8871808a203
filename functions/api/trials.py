"""`mailing/test/`: a mailing's text to one phone, now."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from sqlalchemy import Connection

from api import state
from api.schemas.trials import Trial, TrialInput
from api.wake import wake_after_commit
from notifications import clients, trials
from notifications.attributes import filling
from notifications.contacts import operator_code_of
from notifications.errors import InvalidInput, MissingValue, NotFound
from notifications.text import Template

router = APIGatewayHttpRouter()

TrialId = Annotated[int, Path(ge=1, lt=2**63)]


@router.post("/api/v1/mailing/test/", summary="Send a text to one phone now", tags=["mailings"], status_code=202)
def send_test(new: TrialInput) -> Response[Trial]:
    """Outside all mailings and counts, and at any hour: to see how a text looks before many get it.

    Sent once, without retries; `GET mailing/test/{id}/` tells what became of it.
    """
    with state.transaction() as connection:
        text = _filled(connection, new)
        row = trials.create(connection, phone=new.phone, text=text, now=state.now())
        wake_after_commit()
    return Response(HTTPStatus.ACCEPTED, content_type="application/json", body=Trial.model_validate(row))


@router.get("/api/v1/mailing/test/<trial_id>/", summary="What became of a test send", tags=["mailings"])
def get_test(trial_id: TrialId) -> Trial:
    """`error` has the provider's own words."""
    with state.autocommit() as connection:
        return Trial.model_validate(trials.get(connection, trial_id))


def _filled(connection: Connection, new: TrialInput) -> str:
    try:
        return Template.parse(new.text).render(_values(connection, new))
    except MissingValue as error:
        raise InvalidInput("text", str(error)) from None


def _values(connection: Connection, new: TrialInput) -> dict[str, str]:
    """What fills the text: the attributes that are given, or else those of the client with this phone."""
    try:
        person = clients.get(connection, new.phone)
    except NotFound:
        return filling(new.phone, operator_code_of(new.phone), new.attributes or {})
    given = person.attributes if new.attributes is None else new.attributes
    return filling(new.phone, person.operator_code, given)
