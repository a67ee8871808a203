"""The REST API: its routes, and the way of a request through them."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.typing import LambdaContext
from sqlalchemy.exc import IntegrityError

from api import (
    access,
    audit,
    client_files,
    clients,
    dead_letters,
    documents,
    mailing_actions,
    mailings,
    messages,
    previews,
    provider,
    reports,
    requests,
    statistics,
    tags,
    trials,
)
from api.calls import log_call
from api.etags import NotModified
from api.idempotent import answer_once
from api.problems import NoMethod, gateway_answer, invalid, problem_of, unexpected
from notifications.errors import Conflict, InvalidInput, NotFound, NotificationsError
from notifications.observability import logger

app = APIGatewayHttpResolver(enable_validation=True)
for module in (
    documents,
    clients,
    client_files,
    tags,
    mailings,
    mailing_actions,
    previews,
    trials,
    messages,
    statistics,
    reports,
    provider,
    dead_letters,
    audit,
):
    app.include_router(module.router)

# The one body that is no JSON.
CSV_ROUTE = "POST /api/v1/client/import/"


@app.exception_handler(RequestValidationError)
def _invalid(error: RequestValidationError) -> Response[str]:
    return invalid([{"loc": list(each["loc"]), "msg": _reason(each)} for each in error.errors()])


def _reason(error: dict[str, Any]) -> str:
    own = error.get("ctx", {}).get("error")
    return own.reason if isinstance(own, InvalidInput) else error["msg"].removeprefix("Value error, ")


@app.exception_handler(NotificationsError)
def _own(error: NotificationsError) -> Response[str]:
    return problem_of(error)


@app.exception_handler(IntegrityError)
def _overtaken(_: IntegrityError) -> Response[str]:
    return problem_of(Conflict("something that this builds on was changed at the same moment"))


@app.exception_handler(NotModified)
def _not_modified(known: NotModified) -> Response[None]:
    return Response(304, headers={"ETag": known.etag})


@app.exception_handler(Exception)
def _unexpected(_: Exception) -> Response[str]:
    logger.exception("unexpected error")
    return unexpected(app.lambda_context.aws_request_id)


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway HTTP API event (payload version 2.0)."""
    answer = _answer(event, context)
    log_call(event, answer)
    return answer


def _answer(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    try:
        _admit(event)
        answer = answer_once(event, lambda: app.resolve(event, context))
        return answer | {"body": answer["body"] or ""}
    except NotificationsError as error:
        return gateway_answer(problem_of(error))
    except Exception:  # noqa: BLE001 - whatever it is, the caller gets a problem document, and the log the rest
        logger.exception("unexpected error")
        return gateway_answer(unexpected(context.aws_request_id))


def _admit(event: dict[str, Any]) -> None:
    """Refuse what no route is to see: unknown paths, callers without the role, bodies that cannot be read."""
    method = event["requestContext"]["http"]["method"]
    routes = access.matching(requests.normalize_path(event))
    if not routes:
        raise NotFound("there is no such path")
    if method not in routes:
        raise NoMethod(sorted(routes))
    access.authorize(event, routes[method])
    requests.require_storable_parameters(event)
    if method in {"POST", "PATCH"} and routes[method] != CSV_ROUTE:
        requests.normalize_json(event)
