"""The OpenAPI document: Powertools' description of the functions, completed from the routes' declarations."""

import json
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer, Server

from api.openapi.problems import WHY, error_answer, problem_schemas
from api.routing import Csv, Route, RouteTable, build_resolver

type Operation = dict[str, Any]

DESCRIPTION = """\
Clients, mailings sent to them in their local hours, and the state of every message.

Paths work with and without the trailing slash. Times are RFC 3339 with an offset. Lists come in pages: give `limit`,
and as `cursor` the `next` of the previous page. Errors are problem documents (RFC 9457).

**Authorize** with a token of the user pool: a user's id or access token, whose groups `viewer`, `operator` and `admin`
are the roles, or the access token of a machine (client credentials) with the scope `notifications/<role>`.

The gateway itself answers with `{"message": "…"}`: 401 without a valid token, 404 for a path outside the API, 413 for a
body over 10 MB, 429 for too many calls, 503 when the API does not answer in time.
"""

_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    "description": "a call repeated with its key within 24 hours gets the first answer and has no effect",
}


@cache
def document(routes: RouteTable) -> str:
    """Return the OpenAPI document as JSON. It is made once, since that takes a second."""
    generated = build_resolver(routes).get_openapi_json_schema(
        title="Notifications",
        version="1",
        description=DESCRIPTION,
        # Relative to the document's own address, so that it holds behind any prefix.
        servers=[Server(url="../../")],
        security_schemes={"bearer": HTTPBearer(bearerFormat="JWT", description="a Cognito token")},
        security=[{"bearer": []}],
    )
    found: dict[str, Any] = json.loads(generated)
    for route in routes:
        if route.documented:
            _complete(found["paths"][_path(route)][route.method.lower()], route)
    schemas = found["components"]["schemas"]
    # Powertools' own form of an error, which the API does not give.
    del schemas["ResponseValidationError"]
    schemas |= problem_schemas(schemas)
    found["components"]["responses"] = {status.name: error_answer(status) for status in WHY}
    return json.dumps(found, indent=1, sort_keys=True) + "\n"


def _path(route: Route) -> str:
    return route.path.replace("<", "{").replace(">", "}")


def _complete(operation: Operation, route: Route) -> None:
    responses = operation["responses"]
    success = responses[str(route.status.value)]
    if route.role is None:
        operation["security"] = []
    else:
        operation["description"] += f"\n\nNeeds the role `{route.role.name}`."
    if route.method == "POST":
        operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
    if route.takes:
        operation["requestBody"] = {"required": True, "content": _content(route.takes)}
    if route.gives:
        success["content"] = _content(route.gives)
    if route.answer_headers:
        success["headers"] = _headers(route.answer_headers)
    if route.status is HTTPStatus.NO_CONTENT:
        success.pop("content", None)
    _describe_etags(operation)
    # Powertools' own description of it.
    responses.pop("422", None)
    for status in _errors(operation, route):
        responses[str(status.value)] = {"$ref": f"#/components/responses/{status.name}"}


def _content(csv: Csv) -> Mapping[str, Any]:
    return {"text/csv": {"schema": {"type": "string"}, "example": csv.example}}


def _headers(descriptions: Mapping[str, str]) -> Mapping[str, Any]:
    return {
        name: {"schema": {"type": "string"}, "description": description} for name, description in descriptions.items()
    }


def _describe_etags(operation: Operation) -> None:
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    if not names & {"if-match", "if-none-match"}:
        return
    if "200" in operation["responses"]:
        operation["responses"]["200"]["headers"] = {"ETag": {"schema": {"type": "string"}}}
    if "if-none-match" in names:
        operation["responses"]["304"] = {"description": "not modified: you have the current state"}


def _errors(operation: Operation, route: Route) -> list[HTTPStatus]:
    parameters = operation.get("parameters", [])
    body = "requestBody" in operation
    protected = route.role is not None
    possible = {
        HTTPStatus.UNAUTHORIZED: protected,
        HTTPStatus.FORBIDDEN: protected,
        HTTPStatus.NOT_FOUND: any(parameter["in"] == "path" for parameter in parameters),
        HTTPStatus.CONFLICT: route.conflicts,
        HTTPStatus.PRECONDITION_FAILED: any(parameter["name"] == "if-match" for parameter in parameters),
        HTTPStatus.CONTENT_TOO_LARGE: body,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: body,
        HTTPStatus.UNPROCESSABLE_ENTITY: bool(parameters) or body,
        HTTPStatus.TOO_MANY_REQUESTS: protected,
        HTTPStatus.INTERNAL_SERVER_ERROR: True,
    }
    return [status for status, is_possible in possible.items() if is_possible]
