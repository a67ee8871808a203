"""Errors as RFC 9457 problem documents: every answer that is no success is made here."""

import json
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from api.routing import Forbidden
from notifications.contracts.errors import (
    Conflict,
    InvalidInput,
    KeyReused,
    NotFound,
    NotificationsError,
    PreconditionFailed,
)

CONTENT_TYPE = "application/problem+json"


class InvalidParameter(InvalidInput):
    """A parameter that is refused.

    Attributes:
        place: where it stands: `path`, `query` or `header`.
    """

    def __init__(self, place: str, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.place = place


class TooLarge(NotificationsError):
    """The body is larger than a function can be given."""


class Unsupported(NotificationsError):
    """The body is of a kind that the call does not take."""


class NoMethod(NotificationsError):
    """The path does not know the method.

    Attributes:
        allowed: the methods that it knows.
    """

    def __init__(self, allowed: list[str]) -> None:
        super().__init__(f"the path takes {', '.join(allowed)}")
        self.allowed = allowed


_STATUS = {
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    Forbidden: HTTPStatus.FORBIDDEN,
    TooLarge: HTTPStatus.CONTENT_TOO_LARGE,
    Unsupported: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
}


def problem(status: HTTPStatus, detail: str, **extra: Any) -> Response[str]:
    """A problem document with a status and what went wrong in this case."""
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail, **extra}
    return Response(status_code=status.value, content_type=CONTENT_TYPE, body=json.dumps(body))


def invalid(errors: list[dict[str, Any]]) -> Response[str]:
    """The problem document of input that is not valid: each error has its place, `loc`, and a reason, `msg`."""
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "the input is not valid", errors=errors)


def unexpected(request_id: str) -> Response[str]:
    """The problem document of a defect; the log has the rest under the request's id."""
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "an unexpected error", request_id=request_id)


def problem_of(error: NotificationsError) -> Response[str]:
    """The problem document of one of the project's own errors."""
    match error:
        case InvalidParameter():
            return invalid([{"loc": [error.place, error.field], "msg": error.reason}])
        case InvalidInput():
            return invalid([{"loc": ["body", error.field], "msg": error.reason}])
        case KeyReused():
            return invalid([{"loc": ["header", "Idempotency-Key"], "msg": str(error)}])
        case NoMethod():
            response = problem(HTTPStatus.METHOD_NOT_ALLOWED, str(error))
            response.headers["Allow"] = ", ".join(error.allowed)
            return response
        case _:
            return problem(_STATUS[type(error)], str(error))


def gateway_answer(response: Response[str]) -> dict[str, Any]:
    """A problem as the gateway takes it, for an answer that is made before any route is reached."""
    return {"statusCode": response.status_code, "headers": response.headers, "body": response.body}
