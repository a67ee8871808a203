"""The REST API: its routes, and the way of a request through them."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.typing import LambdaContext
from sqlalchemy.exc import IntegrityError

from api import routing
from api.middleware import normalization
from api.middleware.access_log import log_call
from api.middleware.etags import NotModified
from api.middleware.idempotency import answer_once
from api.middleware.problems import NoMethod, conflict_of, gateway_answer, invalid_fields, problem_of, unexpected
from api.resources.audit import routes as audit
from api.resources.clients import files as client_files
from api.resources.clients import routes as clients
from api.resources.dead_letters import routes as dead_letters
from api.resources.documentation import routes as documentation
from api.resources.mailings import actions as mailing_actions
from api.resources.mailings import routes as mailings
from api.resources.messages import routes as messages
from api.resources.previews import routes as previews
from api.resources.providers import routes as providers
from api.resources.reports import routes as reports
from api.resources.statistics import routes as statistics
from api.resources.tags import routes as tags
from api.resources.test_sends import routes as test_sends
from notifications.contracts.errors import NotFound, Problem
from notifications.contracts.observability import logger
from notifications.contracts.phrases import shorten
from notifications.contracts.problem_codes import ProblemCode

app = APIGatewayHttpResolver(enable_validation=True)
for module in (
    documentation,
    clients,
    client_files,
    tags,
    mailings,
    mailing_actions,
    previews,
    test_sends,
    messages,
    statistics,
    reports,
    providers,
    dead_letters,
    audit,
):
    app.include_router(module.router)

# The one body that is no JSON.
CSV_ROUTE = "POST /api/v1/client/import/"
# Characters of a path that an error repeats.
PATH_SHOWN = 200


@app.exception_handler(RequestValidationError)
def _invalid(error: RequestValidationError) -> Response[str]:
    return invalid_fields(error.errors())


@app.exception_handler(Problem)
def _own(error: Problem) -> Response[str]:
    return problem_of(error)


@app.exception_handler(IntegrityError)
def _contended(error: IntegrityError) -> Response[str]:
    conflict = conflict_of(error)
    return problem_of(conflict) if conflict else _unexpected(error)


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
    except Problem as error:
        return gateway_answer(problem_of(error))
    except Exception:  # noqa: BLE001 - whatever it is, the caller gets a problem document, and the log the rest
        logger.exception("unexpected error")
        return gateway_answer(unexpected(context.aws_request_id))


def _admit(event: dict[str, Any]) -> None:
    """Refuse what no route is to see: unknown paths, callers without the role, bodies that cannot be read."""
    method = event["requestContext"]["http"]["method"]
    path = normalization.normalize_path(event)
    routes = routing.matching(path)
    if not routes:
        raise NotFound(ProblemCode.ENDPOINT_NOT_FOUND, method=method, path=shorten(path, PATH_SHOWN))
    if method not in routes:
        raise NoMethod(method, sorted(routes))
    routing.authorize(event, routes[method])
    normalization.require_storable_parameters(event)
    if method in {"POST", "PATCH"} and routes[method] != CSV_ROUTE:
        normalization.normalize_json(event)
