"""Errors as RFC 9457 problem documents: every answer that is no success is made here."""

import json
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from notifications.errors import Conflict, InvalidInput, NotFound, NotificationsError

CONTENT_TYPE = "application/problem+json"


class Forbidden(NotificationsError):
    """The caller's role does not allow the call."""


_STATUS = {
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Forbidden: HTTPStatus.FORBIDDEN,
}


def problem(status: HTTPStatus, detail: str, **extra: Any) -> Response[str]:
    """A problem document with a status and what went wrong in this case."""
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail, **extra}
    return Response(status_code=status.value, content_type=CONTENT_TYPE, body=json.dumps(body, ensure_ascii=False))


def invalid(errors: list[dict[str, Any]]) -> Response[str]:
    """The problem document of input that is not valid: each error has its place, `loc`, and a reason, `msg`."""
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "the input is not valid", errors=errors)


def problem_of(error: NotificationsError) -> Response[str]:
    """The problem document of one of the project's own errors."""
    if isinstance(error, InvalidInput):
        return invalid([{"loc": ["body", error.field], "msg": error.reason}])
    return problem(_STATUS[type(error)], str(error))


def gateway_answer(response: Response[str]) -> dict[str, Any]:
    """A problem as the gateway takes it, for an answer that is made before any route is reached."""
    return {
        "statusCode": response.status_code,
        "headers": {"Content-Type": CONTENT_TYPE},
        "body": response.body,
    }
