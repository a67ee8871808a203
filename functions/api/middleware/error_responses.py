"""Responses to errors: a problem document, 304 if the caller has the current state, or the methods of a path."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from sqlalchemy.exc import IntegrityError

from api.middleware.etags import NotModified
from api.middleware.problems import MethodsAsked, conflict_of, invalid_fields, problem_of, unexpected
from api.request_context import Answer
from notifications.contracts.errors import Problem
from notifications.contracts.observability import logger


def response_to(error: Exception, *, request_id: str) -> Response[str]:
    """Return the response to an error. An unexpected one is logged."""
    match error:
        case RequestValidationError():
            return invalid_fields(error.errors())
        case Problem():
            return problem_of(error)
        case NotModified():
            return Response(HTTPStatus.NOT_MODIFIED, headers={"ETag": error.etag})
        case MethodsAsked():
            return Response(HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(error.allowed)})
        case IntegrityError() if conflict := conflict_of(error):
            return problem_of(conflict)
        case _:
            logger.exception("Unexpected error", exc_info=error)
            return unexpected(request_id)


def gateway_answer(response: Response[str]) -> Answer:
    """Return a response as the gateway expects it from a Lambda function."""
    return {"statusCode": response.status_code, "headers": response.headers, "body": response.body or ""}
