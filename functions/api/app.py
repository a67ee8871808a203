"""The REST API: routes, and errors turned into problem documents in one place."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError
from aws_lambda_powertools.utilities.typing import LambdaContext

from api import access, clients, documents, mailings
from api.problems import Forbidden, gateway_answer, invalid, problem, problem_of
from notifications.errors import InvalidInput, NotificationsError
from notifications.observability import logger

app = APIGatewayHttpResolver(enable_validation=True)
app.include_router(documents.router)
app.include_router(clients.router)
app.include_router(mailings.router)


@app.exception_handler(RequestValidationError)
def _invalid(error: RequestValidationError) -> Response[str]:
    return invalid([{"loc": list(each["loc"]), "msg": _reason(each)} for each in error.errors()])


def _reason(error: dict[str, Any]) -> str:
    own = error.get("ctx", {}).get("error")
    return own.reason if isinstance(own, InvalidInput) else error["msg"].removeprefix("Value error, ")


@app.exception_handler(RequestUnsupportedContentType)
def _unsupported(_: RequestUnsupportedContentType) -> Response[str]:
    return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "the body must be JSON")


@app.exception_handler(NotificationsError)
def _own(error: NotificationsError) -> Response[str]:
    return problem_of(error)


@app.exception_handler(Exception)
def _unexpected(_: Exception) -> Response[str]:
    logger.exception("unexpected error")
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "an unexpected error", request_id=app.lambda_context.aws_request_id
    )


@app.not_found
def _not_found(_: Exception) -> Response[str]:
    return problem(HTTPStatus.NOT_FOUND, "there is no such path")


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway HTTP API event (payload version 2.0)."""
    event["rawPath"] = event["rawPath"].rstrip("/") + "/"
    event["requestContext"]["http"]["path"] = event["rawPath"]
    try:
        access.authorize(event)
    except Forbidden as error:
        return gateway_answer(problem_of(error))
    return app.resolve(event, context)
