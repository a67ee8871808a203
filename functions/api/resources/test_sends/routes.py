"""`mailing/test/`: test sends of a text to one phone."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from sqlalchemy import Connection

from api.request_context import Context
from api.resources.test_sends.schemas import Trial, TrialInput
from api.routing import Routes
from notifications.clients import repository as clients
from notifications.clients.attributes import filling
from notifications.clients.phones import operator_code_of
from notifications.contracts.enumerations import Role
from notifications.contracts.errors import InvalidInput, MissingValue, NotFound
from notifications.contracts.problem_codes import ProblemCode
from notifications.messages import test_sends
from notifications.texts.placeholders import Template

routes = Routes("mailings")

TrialId = Annotated[int, Path(ge=1, lt=2**63)]


@routes.post("/mailing/test/", role=Role.operator, summary="Send a test message", status=HTTPStatus.ACCEPTED)
def send_test(context: Context, new: TrialInput) -> Response[Trial]:
    """Send a text to one phone now, at any hour, outside all mailings and counts.

    It is sent once, without retries. `GET mailing/test/{id}/` has its status.
    """
    with context.transaction() as connection:
        text = _filled(connection, new)
        row = test_sends.create(connection, phone=new.phone, text=text, now=context.now())
        context.trigger_dispatcher_after_commit()
    return Response(HTTPStatus.ACCEPTED, content_type="application/json", body=Trial.model_validate(row))


@routes.get("/mailing/test/<trial_id>/", role=Role.viewer, summary="Get a test send")
def get_test(context: Context, trial_id: TrialId) -> Trial:
    """Get a test send with its status. `error` has the provider's own words."""
    with context.autocommit() as connection:
        return Trial.model_validate(test_sends.get(connection, trial_id))


def _filled(connection: Connection, new: TrialInput) -> str:
    try:
        return Template.parse(new.text).render(_values(connection, new))
    except MissingValue as error:
        raise InvalidInput("text", ProblemCode.VALUE_MISSING, name=error.name) from None


def _values(connection: Connection, new: TrialInput) -> dict[str, str]:
    """Return the values of the text's placeholders: given attributes, or else those of the client with the phone."""
    try:
        person = clients.get(connection, new.phone)
    except NotFound:
        return filling(new.phone, operator_code_of(new.phone), new.attributes or {})
    given = person.attributes if new.attributes is None else new.attributes
    return filling(new.phone, person.operator_code, given)
