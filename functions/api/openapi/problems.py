"""Errors in the OpenAPI document: schema of the problem document, an example for each status, and all codes."""

import json
from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic import TypeAdapter

from api.middleware.authorization import Forbidden
from api.middleware.normalization import MAX_BODY_BYTES
from api.middleware.problems import CONTENT_TYPE, TooLarge, Unavailable, Unsigned, Unsupported, problem_of, unexpected
from notifications.contracts import explanation_codes, problem_codes, reasons, warning_codes
from notifications.contracts.enumerations import Role
from notifications.contracts.errors import Conflict, InvalidInput, NotFound, PreconditionFailed
from notifications.contracts.explanation_codes import FactCode, VerdictCode
from notifications.contracts.problem_codes import ProblemCode
from notifications.contracts.reasons import Reason
from notifications.contracts.warning_codes import WarningCode

type Schemas = Mapping[str, Mapping[str, object]]

PHRASES: Mapping[type[StrEnum], Mapping[Any, str]] = {
    ProblemCode: problem_codes.PHRASES,
    Reason: reasons.PHRASES,
    FactCode: explanation_codes.FACTS,
    VerdictCode: explanation_codes.VERDICTS,
    WarningCode: warning_codes.PHRASES,
}

_CODE = {"$ref": "#/components/schemas/ProblemCode"}
_PARAMS = {"type": "object", "additionalProperties": True, "description": "values of the phrase's placeholders"}
_PROBLEM = {
    "title": "Problem",
    "description": "A problem document (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "params"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "English for people; programs read `code` and `params`"},
        "code": _CODE,
        "params": _PARAMS,
        "errors": {
            "type": "array",
            "description": "invalid fields; with 422 only",
            "items": {
                "type": "object",
                "required": ["loc", "msg", "code", "params"],
                "properties": {
                    "loc": {
                        "type": "array",
                        "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
                        "description": "`path`, `query`, `header` or `body`, then the names and indexes of the field",
                    },
                    "msg": {"type": "string", "description": "English reason; it follows the field's name"},
                    "code": _CODE,
                    "params": _PARAMS,
                },
            },
        },
        "request_id": {"type": "string", "description": "id to look up in the log; with 500 only"},
    },
}
_GATEWAY_ERROR = {
    "title": "GatewayError",
    "description": "An error that the gateway answers itself.",
    "type": "object",
    "required": ["message"],
    "properties": {"message": {"type": "string"}},
}

ERRORS = {
    HTTPStatus.UNAUTHORIZED: "No valid token. Sent by the gateway.",
    HTTPStatus.FORBIDDEN: "The role of the token does not allow the call.",
    HTTPStatus.NOT_FOUND: "No such resource.",
    HTTPStatus.CONFLICT: "The stored state does not allow the call; `detail` says why.",
    HTTPStatus.PRECONDITION_FAILED: "The resource has changed since the `ETag` in `If-Match`. Read it again.",
    HTTPStatus.CONTENT_TOO_LARGE: "The body is larger than 4.5 MB.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body has an unsupported content type or character set.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Invalid input; `errors` has each field and its reason.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many calls. Try again later. Sent by the gateway.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Unexpected error. Look up `request_id` in the log.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The call could not be stored. Send it again.",
}
FROM_GATEWAY = {HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS}

_EXAMPLES = {
    HTTPStatus.FORBIDDEN: problem_of(Forbidden(ProblemCode.ROLE_REQUIRED, role=Role.operator.name)),
    HTTPStatus.NOT_FOUND: problem_of(NotFound(ProblemCode.MAILING_NOT_FOUND, mailing_id=7)),
    HTTPStatus.CONFLICT: problem_of(Conflict(ProblemCode.TAG_IN_USE, tag="vip", mailing_id=7)),
    HTTPStatus.PRECONDITION_FAILED: problem_of(PreconditionFailed(ProblemCode.CHANGED_SINCE_READ)),
    HTTPStatus.CONTENT_TOO_LARGE: problem_of(TooLarge(ProblemCode.BODY_TOO_LARGE, max_bytes=MAX_BODY_BYTES)),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: problem_of(
        Unsupported(ProblemCode.MEDIA_TYPE_UNSUPPORTED, expected="application/json")
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: problem_of(
        InvalidInput("timezone", ProblemCode.TIMEZONE_UNKNOWN, timezone="Russian Standard Time")
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: unexpected("8c1f2f0e-6f0b-4b5e-9f5d-3f6f1c1f7a55"),
    HTTPStatus.SERVICE_UNAVAILABLE: problem_of(Unavailable(ProblemCode.QUEUE_UNAVAILABLE)),
}
_UNSIGNED = problem_of(Unsigned(ProblemCode.SIGNATURE_INVALID))


def problem_schemas(known: Schemas) -> Schemas:
    """Return the schemas of problems and codes. `x-phrases` has the English phrase of each code.

    Args:
        known: the document's other schemas.
    """
    described = {
        codes.__name__: {
            **TypeAdapter(codes).json_schema(),
            **known.get(codes.__name__, {}),
            "x-phrases": dict(phrases),
        }
        for codes, phrases in PHRASES.items()
    }
    return {"Problem": _PROBLEM, "GatewayError": _GATEWAY_ERROR, **described}


def error_answer(status: HTTPStatus) -> Mapping[str, object]:
    """Return the OpenAPI description of the error response with a status."""
    if status in FROM_GATEWAY:
        schema = {"$ref": "#/components/schemas/GatewayError"}
        return {"description": ERRORS[status], "content": {"application/json": {"schema": schema}}}
    return _problem_answer(ERRORS[status], _EXAMPLES[status])


def signature_answer() -> Mapping[str, object]:
    """Return the OpenAPI description of the response to a call without a valid signature."""
    return _problem_answer("No valid signature.", _UNSIGNED)


def _problem_answer(description: str, response: Response[str]) -> Mapping[str, object]:
    example = json.loads(response.body or "")
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    return {"description": description, "content": content}
