"""Problem documents (RFC 9457) for the project's own errors, validation errors and defects."""

import json
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from sqlalchemy.exc import IntegrityError

from api.middleware.authorization import Forbidden
from api.middleware.validation import described, field_error
from notifications.contracts.errors import Conflict, InvalidInput, KeyReused, NotFound, PreconditionFailed, Problem
from notifications.contracts.phrases import Json, Params, fill
from notifications.contracts.problem_codes import PHRASES, ProblemCode

CONTENT_TYPE = "application/problem+json"

# Constraints that concurrent calls can break between check and write. Any other broken constraint shows a defect.
CONTENDED_CONSTRAINTS: Mapping[str, ProblemCode] = {
    "client_phone_key": ProblemCode.PHONE_JUST_TAKEN,
    "client_tag_tag_id_fkey": ProblemCode.TAG_JUST_CHANGED,
    "tag_key_key": ProblemCode.TAG_JUST_CHANGED,
}


class InvalidParameter(InvalidInput):
    """A parameter that is refused.

    Attributes:
        place: `path`, `query` or `header`.
    """

    def __init__(self, place: str, field: str, code: ProblemCode, /, **params: Json) -> None:
        super().__init__(field, code, **params)
        self.place = place


class NestedField(InvalidInput):
    """A field inside lists or objects of the body is not valid.

    Attributes:
        path: keys and indexes that lead to the field, which is the last of them.
    """

    def __init__(self, path: Sequence[str | int], code: ProblemCode, /, **params: Json) -> None:
        super().__init__(str(path[-1]), code, **params)
        self.path = path


class RepeatedKey(NestedField):
    """An object of the body has a key twice. The key is the last of the path."""

    def __init__(self, path: Sequence[str | int]) -> None:
        super().__init__(path, ProblemCode.KEY_TWICE)


class TooLarge(Problem):
    """The body is larger than a Lambda function accepts."""


class Unsupported(Problem):
    """The body has a content type or a character set that the call does not accept."""


class Unsigned(Problem):
    """A call that a provider must sign has no valid signature."""


class Unavailable(Problem):
    """A service that the call needs does not answer."""


class MethodNotAllowed(Problem):
    """The path has no route for the method.

    Attributes:
        allowed: methods of the path.
    """

    def __init__(self, method: str, allowed: list[str]) -> None:
        super().__init__(ProblemCode.METHOD_NOT_ALLOWED, method=method, allowed=allowed)
        self.allowed = allowed


class MethodsAsked(Exception):
    """The call is OPTIONS, and is answered with the methods of the path.

    Attributes:
        allowed: methods of the path.
    """

    def __init__(self, allowed: list[str]) -> None:
        super().__init__(*allowed)
        self.allowed = allowed


_STATUS = {
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    Unsigned: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    MethodNotAllowed: HTTPStatus.METHOD_NOT_ALLOWED,
    TooLarge: HTTPStatus.CONTENT_TOO_LARGE,
    Unsupported: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


def problem(status: HTTPStatus, code: ProblemCode, params: Params, **extra: Json) -> Response[str]:
    """Return a problem document.

    Args:
        params: values of the placeholders in the code's phrase, which is the `detail`.
        extra: further members of the document.
    """
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": fill(PHRASES[code], params),
        "code": code,
        "params": params,
        **extra,
    }
    return Response(status_code=status.value, content_type=CONTENT_TYPE, body=json.dumps(body))


def invalid_fields(errors: Iterable[Mapping[str, Any]]) -> Response[str]:
    """Return the problem document of pydantic's validation errors."""
    return _invalid(described(errors))


def unexpected(request_id: str) -> Response[str]:
    """Return the problem document of a defect. The log has the error under the request's id."""
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, ProblemCode.INTERNAL_ERROR, {}, request_id=request_id)


def problem_of(error: Problem) -> Response[str]:
    """Return the problem document of one of the project's own errors."""
    if isinstance(error, InvalidInput | KeyReused):
        return _invalid([field_error(_place_of(error), error.code, error.params)])
    response = problem(_STATUS[type(error)], error.code, error.params)
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(error.allowed)
    return response


def conflict_of(error: IntegrityError) -> Conflict | None:
    """Return the conflict with another call that broke a constraint, or None if the cause is a defect."""
    diagnostics = getattr(error.orig, "diag", None)
    code = CONTENDED_CONSTRAINTS.get(getattr(diagnostics, "constraint_name", None) or "")
    return Conflict(code) if code else None


def _place_of(error: InvalidInput | KeyReused) -> Sequence[str | int]:
    """Return the `loc` of an error."""
    match error:
        case KeyReused():
            return "header", "Idempotency-Key"
        case InvalidParameter():
            return error.place, error.field
        case NestedField():
            return "body", *error.path
    return ("body",) if error.field == "body" else ("body", error.field)


def _invalid(errors: list[dict[str, Json]]) -> Response[str]:
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, ProblemCode.INVALID_INPUT, {}, errors=errors)
