"""`mailing/test/`: test sends of a text to one phone."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from sqlalchemy import Connection

from api.audit_writer import record_change
from api.request_context import Context
from api.resources.messages.test_sends.schemas import Recipient, TestSend, TestSendInput
from api.routing import Routes
from notifications.clients import repository as clients
from notifications.clients.attributes.values import placeholder_values
from notifications.clients.erasure import erased_phones
from notifications.clients.phones import operator_code_of
from notifications.contracts.enumerations import AuditAction, AuditKind, Role
from notifications.contracts.errors import InvalidInput, MissingValue, NotFound, UnsendableText
from notifications.contracts.problem_codes import ProblemCode
from notifications.messages import test_sends
from notifications.texts import rendering
from notifications.texts.placeholders import Template

routes = Routes("mailings")

TestId = Annotated[int, Path(description="id of the test send", ge=1, lt=2**63)]


@routes.post("/mailing/test/", role=Role.operator, summary="Send a test message", status=HTTPStatus.ACCEPTED)
def send_test(context: Context, new: TestSendInput) -> Response[TestSend]:
    """Send a text to one phone now, at any hour, outside all mailings and counts.

    It needs no consent, and is suppressed if the person has opted out of its category. It is retried like any other
    message, for 15 minutes. Get its status from `GET mailing/test/{id}/`.
    """
    with context.transaction() as connection:
        erased_phones.refuse(connection, context.erasure_key(), new.phone)
        text = _filled(connection, new, context.max_segments())
        created = test_sends.create(
            connection,
            phone=new.phone,
            text=text,
            now=context.now(),
            category=new.category,
            on_unknown=context.catalog().default_on_unknown,
        )
        recipient = Recipient(phone=new.phone)
        record_change(context, connection, AuditAction.CREATE, AuditKind.TEST_SEND, created.id, after=recipient)
        context.trigger_dispatcher_after_commit()
    return Response(HTTPStatus.ACCEPTED, content_type="application/json", body=TestSend.model_validate(created))


@routes.get("/mailing/test/<test_id>/", role=Role.viewer, summary="Get a test send")
def get_test_send(context: Context, test_id: TestId) -> TestSend:
    """Get a test send with its status. `error` says why it has not been sent."""
    with context.autocommit() as connection:
        return TestSend.model_validate(test_sends.get(connection, test_id))


def _filled(connection: Connection, new: TestSendInput, max_segments: int) -> str:
    try:
        return rendering.render(Template.parse(new.text), _values(connection, new), max_segments=max_segments)
    except MissingValue as error:
        raise InvalidInput("text", ProblemCode.VALUE_MISSING, name=error.name) from None
    except UnsendableText as error:
        raise InvalidInput("text", ProblemCode(error.cause.code), **error.cause.params or {}) from None


def _values(connection: Connection, new: TestSendInput) -> dict[str, str]:
    """Return the values of the text's placeholders: given attributes, or else those of the client with the phone."""
    try:
        person = clients.get(connection, new.phone)
    except NotFound:
        return placeholder_values(new.phone, operator_code_of(new.phone), new.attributes or {})
    given = person.attributes if new.attributes is None else new.attributes
    return placeholder_values(new.phone, person.operator_code, given)
