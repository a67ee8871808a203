"""The OpenAPI document: what Powertools reads off the routes, and what holds for many of them alike."""

import inspect
import json
from functools import cache
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer, Server

from api.openapi.problems import WHY, error_answer, problem_schemas
from api.routing import PUBLIC, RULES

type Operation = dict[str, Any]

DESCRIPTION = """\
Clients, mailings to them at their local hours, and what became of every message.

Paths work with and without the slash at their end. Times are RFC 3339 with an offset. Lists come in pages: `limit`,
and as `cursor` the `next` of the page before. Errors are problem documents (RFC 9457).

**Authorize** with a token of the user pool: a user's id or access token, whose groups `viewer`, `operator` and `admin`
are the roles, or the access token of a machine (client credentials) with the scope `notifications/<role>`.

The gateway itself answers, as `{"message": "…"}`: 401 without a valid token, 404 for a path outside the API, 413 for a
body over 10 MB, 429 for too many calls, 503 when the API does not answer in time.
"""

_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    "description": "a call that comes again with its key within 24 hours gets the first answer and has no effect",
}

_CSV = """\
phone,operator_code,tags,timezone,name
79261234567,926,vip|new,Europe/Moscow,Ann
79031234567,,,Asia/Omsk,
"""

# Calls that can contradict what is there.
_CONFLICTING = {route for route in RULES if not route.startswith("GET")} - {"POST /api/v1/mailing/preview/"}


@cache
def document(app: APIGatewayHttpResolver) -> str:
    """The OpenAPI document of the app, as JSON. Made once an instance: it takes a second."""
    generated = app.get_openapi_json_schema(
        title="Notifications",
        version="1",
        description=DESCRIPTION,
        # Relative to where the document is served, so that it holds behind any prefix.
        servers=[Server(url="../../")],
        security_schemes={"bearer": HTTPBearer(bearerFormat="JWT", description="a Cognito token")},
        security=[{"bearer": []}],
    )
    found: dict[str, Any] = json.loads(generated)
    # Powertools shows the routes to nobody else.
    for route in app._static_routes + app._dynamic_routes:  # noqa: SLF001
        if route.include_in_schema:
            operation = found["paths"][route.openapi_path][route.method.lower()]
            operation["description"] = inspect.getdoc(route.func)
            _complete(operation, f"{route.method} {route.path}")
    schemas = found["components"]["schemas"]
    # Powertools' own shape of an error, which the API does not give.
    del schemas["ResponseValidationError"]
    schemas |= problem_schemas(schemas)
    found["components"]["responses"] = {status.name: error_answer(status) for status in WHY}
    return json.dumps(found, indent=1, sort_keys=True) + "\n"


def _complete(operation: Operation, route: str) -> None:
    if route in PUBLIC:
        operation["security"] = []
    else:
        operation["description"] += f"\n\nNeeds the role `{RULES[route].name}`."
    if route.startswith("POST"):
        operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
    if route == "POST /api/v1/client/import/":
        content = {"text/csv": {"schema": {"type": "string"}, "example": _CSV}}
        operation["requestBody"] = {"required": True, "content": content}
    if route == "GET /api/v1/client/export/":
        _describe_export(operation["responses"]["200"])
    # What has no body has no kind of it.
    operation["responses"].get("204", {}).pop("content", None)
    _describe_etags(operation)
    for status in _errors(operation, route):
        operation["responses"][str(status.value)] = {"$ref": f"#/components/responses/{status.name}"}


def _describe_export(answer: dict[str, Any]) -> None:
    answer["content"] = {"text/csv": {"schema": {"type": "string"}, "example": _CSV}}
    answer["headers"] = {"Link": {"schema": {"type": "string"}, "description": 'the next page, rel="next", if any'}}


def _describe_etags(operation: Operation) -> None:
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    if not names & {"if-match", "if-none-match"}:
        return
    if "200" in operation["responses"]:
        operation["responses"]["200"]["headers"] = {"ETag": {"schema": {"type": "string"}}}
    if "if-none-match" in names:
        operation["responses"]["304"] = {"description": "it is as the caller knows it"}


def _errors(operation: Operation, route: str) -> list[HTTPStatus]:
    parameters = operation.get("parameters", [])
    body = "requestBody" in operation
    happen = {
        HTTPStatus.UNAUTHORIZED: route not in PUBLIC,
        HTTPStatus.FORBIDDEN: route not in PUBLIC,
        HTTPStatus.NOT_FOUND: any(parameter["in"] == "path" for parameter in parameters),
        HTTPStatus.CONFLICT: route in _CONFLICTING,
        HTTPStatus.PRECONDITION_FAILED: any(parameter["name"] == "if-match" for parameter in parameters),
        HTTPStatus.CONTENT_TOO_LARGE: body,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: body,
        HTTPStatus.UNPROCESSABLE_ENTITY: bool(parameters) or body,
        HTTPStatus.TOO_MANY_REQUESTS: route not in PUBLIC,
        HTTPStatus.INTERNAL_SERVER_ERROR: True,
    }
    operation["responses"].pop("422", None)
    return [status for status, does in happen.items() if does]
