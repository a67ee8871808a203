"""Generates the OpenAPI document: Powertools describes the functions, the declarations of the routes add the rest."""

import json
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer, Server

from api.middleware.normalization import BY_NAME
from api.openapi.problems import ERRORS, error_answer, problem_schemas, signature_answer
from api.routing import Csv, Route, RouteTable, build_resolver

type Operation = dict[str, Any]

DESCRIPTION = """\
Manage clients, send them mailings in their local hours, and follow the state of every message.

Paths work with and without the trailing slash; only `DELETE tag/{name}/` needs it. Times are in RFC 3339 with an
offset. Lists come in pages: set `limit`, and send the `next` of a page as the `cursor` of the following one, until
`next` is null. Unknown fields and query parameters are refused. Errors are problem documents (RFC 9457): `code` and
`params` are for programs, `detail` is for people.

**Authorize** with a token of the user pool. A user's id or access token has its roles from the groups `viewer`,
`operator` and `admin`. A machine's access token (client credentials) has its role from the scope
`notifications/<role>`. Each role includes the rights of the ones before it.

The gateway itself answers with `{"message": "…"}`: 401 without a valid token, 413 for a body far over
4.5 MB, 429 for too many calls, 503 if the API does not answer within 30 seconds.

HEAD is answered like GET, without a body. Answers have `Cache-Control: no-store`. The `Location` of a created resource
is relative to the called URL.
"""

_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    "description": "unique key of the call; repeating the call with it within 24 hours returns the first answer again",
}

_SIGNATURE = [
    {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": description}
    for name, description in (
        ("webhook-id", "id of the call; a repeat has the same"),
        ("webhook-timestamp", "time of the call in seconds since 1970"),
        ("webhook-signature", "`v1,` and the base64 of the signature; several are separated by spaces"),
    )
]

# Bytes of a file. Generators of clients know this type of a body, and not CSV; the gateway passes it on unchanged.
_BYTES: Mapping[str, object] = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_LOCATION = {"Location": "URL of what was created, relative to the called URL"}


@cache
def document(routes: RouteTable) -> str:
    """Return the OpenAPI document as JSON. It is kept in memory, since making it takes a second."""
    completed = _generate(routes)
    documented = [route for route in routes if route.documented]
    for route in documented:
        operation = completed["paths"][_path(route)][route.method.lower()]
        _complete(operation, route)
        if routes.created_parameter(route):
            success = operation["responses"][str(route.status.value)]
            success.setdefault("headers", {}).update(_headers(_LOCATION))
    # In the order of their declaration; Powertools puts paths with parameters first.
    completed["paths"] = {_path(route): completed["paths"][_path(route)] for route in documented}
    schemas = completed["components"]["schemas"]
    # Powertools' own forms of errors, which the API does not return.
    for name in ("HTTPValidationError", "ResponseValidationError", "ValidationError"):
        del schemas[name]
    schemas |= problem_schemas(schemas)
    completed["components"]["responses"] = {status.name: error_answer(status) for status in ERRORS}
    return json.dumps(completed, indent=1) + "\n"


def _generate(routes: RouteTable) -> dict[str, Any]:
    """Return Powertools' document of the routes."""
    generated: dict[str, Any] = json.loads(
        build_resolver(routes).get_openapi_json_schema(
            title="Notifications",
            version="1",
            description=DESCRIPTION,
            # Relative to the document's own address, so that it holds behind any prefix.
            servers=[Server(url="../../")],
            security_schemes={"bearer": HTTPBearer(bearerFormat="JWT", description="token of the user pool")},
            security=[{"bearer": []}],
        )
    )
    return generated


def _path(route: Route) -> str:
    return route.path.replace("<", "{").replace(">", "}")


def _complete(operation: Operation, route: Route) -> None:
    responses = operation["responses"]
    success = responses[str(route.status.value)]
    if route.role is None:
        operation["security"] = []
    else:
        operation["description"] += f"\n\nRequires the role `{route.role.name}`."
    if route.signed:
        operation.setdefault("parameters", []).extend(_SIGNATURE)
        responses["401"] = signature_answer()
    elif route.method == "POST":
        operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
    if route.request_csv:
        operation["requestBody"] = {"required": True, "content": {**_content(route.request_csv), **_BYTES}}
    if route.response_csv:
        success["content"] = _content(route.response_csv)
    if route.response_headers:
        success["headers"] = _headers(route.response_headers)
    if route.may_start_job:
        _describe_job(responses, success)
    if route.status is HTTPStatus.NO_CONTENT:
        success.pop("content", None)
    _describe_etags(operation)
    if route.other_status:
        responses[str(route.other_status.value)] = {**success, "description": route.other_status.phrase}
    # Powertools' own description of a validation error.
    responses.pop("422", None)
    responses |= {str(status.value): _error_reference(status) for status in _errors(operation, route)}


def _error_reference(status: HTTPStatus) -> Mapping[str, str]:
    return {"$ref": f"#/components/responses/{status.name}"}


def _content(csv: Csv) -> Mapping[str, object]:
    return {"text/csv": {"schema": {"type": "string"}, "example": csv.example}}


def _headers(descriptions: Mapping[str, str]) -> Mapping[str, object]:
    return {
        name: {"schema": {"type": "string"}, "description": description} for name, description in descriptions.items()
    }


def _describe_job(responses: Operation, success: Operation) -> None:
    """Describe the answer 202 by the schema of a job, and leave the others of the success to its own status."""
    content = success["content"]["application/json"]
    job = {"$ref": "#/components/schemas/Job"}
    others = [each for each in content["schema"].get("anyOf", []) if each != job]
    content["schema"] = others[0] if others else job
    responses["202"] = {
        "description": HTTPStatus.ACCEPTED.phrase,
        "headers": _headers({"Location": "URL of the job, relative to the called URL"}),
        "content": {"application/json": {"schema": job}},
    }


def _describe_etags(operation: Operation) -> None:
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    if not names & {"if-match", "if-none-match"}:
        return
    if "200" in operation["responses"]:
        operation["responses"]["200"]["headers"] = {"ETag": {"schema": {"type": "string"}}}
    if "if-none-match" in names:
        operation["responses"]["304"] = {"description": "Not Modified: you have the current state"}


def _errors(operation: Operation, route: Route) -> list[HTTPStatus]:
    parameters = operation.get("parameters", [])
    body = "requestBody" in operation
    protected = route.role is not None
    names_one = route.path.endswith(f"/{BY_NAME}/")
    possible = {
        HTTPStatus.UNAUTHORIZED: protected,
        HTTPStatus.FORBIDDEN: protected,
        HTTPStatus.NOT_FOUND: names_one or any(parameter["in"] == "path" for parameter in parameters),
        HTTPStatus.CONFLICT: route.conflicts,
        HTTPStatus.PRECONDITION_FAILED: any(parameter["name"] == "if-match" for parameter in parameters),
        HTTPStatus.CONTENT_TOO_LARGE: body,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: body,
        HTTPStatus.UNPROCESSABLE_ENTITY: True,
        HTTPStatus.TOO_MANY_REQUESTS: protected or route.signed,
        HTTPStatus.INTERNAL_SERVER_ERROR: True,
        HTTPStatus.SERVICE_UNAVAILABLE: route.signed,
    }
    return [status for status, is_possible in possible.items() if is_possible]
