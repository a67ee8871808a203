"""Fake API Gateway: turns an HTTP request into an event, and the function's answer into a response."""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from aws_lambda_powertools.utilities.typing import LambdaContext

type Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]

_BROKEN_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")


class PathRefused(Exception):
    """The gateway answers 400 itself, because it cannot decode the path."""


@dataclass
class Context(LambdaContext):
    """Lambda context with the attributes that the handlers use."""

    _aws_request_id: str = "req-1"
    _function_name: str = "api"
    _function_version: str = "7"
    _memory_limit_in_mb: int = 1024
    _invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:api"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


REFUSED = Answer(400, {"Content-Type": "application/json"}, b'{"message":"Bad Request"}')


def user(*groups: str) -> dict[str, str]:
    """Return the claims of an id token, as the gateway passes them."""
    return {"sub": "u-1", "cognito:username": "ann", "cognito:groups": f"[{' '.join(groups)}]", "token_use": "id"}


def machine(*scopes: str) -> dict[str, str]:
    """Return the claims of an access token by client credentials."""
    return {"sub": "m-1", "client_id": "m-1", "scope": " ".join(scopes), "token_use": "access"}


def event(
    method: str,
    url: str,
    body: str | bytes | None = None,
    *,
    headers: dict[str, str] | None = None,
    claims: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Return the event of a request. A body of bytes is base64-encoded, as the gateway sends binary bodies.

    Raises:
        PathRefused: the gateway cannot decode the path.
    """
    parts = urlsplit(url)
    path = decoded(parts.path)
    query: dict[str, str] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True, errors="replace"):
        query[name] = f"{query[name]},{value}" if name in query else value
    made: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} /api/v1/{{proxy+}}",
        "rawPath": path,
        "rawQueryString": parts.query,
        "headers": {name.lower(): value for name, value in (headers or {}).items()},
        "queryStringParameters": query,
        "requestContext": {
            "http": {"method": method, "path": path, "sourceIp": "203.0.113.7"},
            "requestId": "gw-1",
            "stage": "$default",
            "authorizer": {"jwt": {"claims": claims or {}, "scopes": None}},
        },
        "isBase64Encoded": isinstance(body, bytes),
        "body": base64.b64encode(body).decode() if isinstance(body, bytes) else body,
    }
    return made


def decoded(path: str) -> str:
    """Decode a path as an HTTP API does: once, cut at a question mark, and once more.

    Captures from AWS show it (docs/decisions/0056-free-text-in-a-parameter.md).

    Raises:
        PathRefused: after the first decoding there is a percent sign that begins no escape.
    """
    once = unquote(path, errors="replace").partition("?")[0]
    if _BROKEN_ESCAPE.search(once):
        raise PathRefused(path)
    return unquote(once, errors="replace")


@dataclass
class Gateway:
    """Caller of the API with a token, an admin's by default."""

    handler: Handler
    claims: dict[str, str] = field(default_factory=lambda: user("admin"))

    def with_claims(self, claims: dict[str, str]) -> Self:
        """Return another caller of the same API."""
        return replace(self, claims=claims)

    def __call__(self, method: str, url: str, body: Any = None, *, headers: dict[str, str] | None = None) -> Answer:
        """Return the response to a request below `/api/v1/`, or to an absolute path if it begins with a slash.

        Bodies other than text and bytes are sent as JSON.
        """
        given = dict(headers or {})
        if body is not None and not isinstance(body, str | bytes):
            body = json.dumps(body)
            given.setdefault("Content-Type", "application/json")
        path = url if url.startswith("/") else f"/api/v1/{url}"
        try:
            return self.send(event(method, path, body, headers=given, claims=self.claims))
        except PathRefused:
            return REFUSED

    def send(self, made: dict[str, Any]) -> Answer:
        """Return the response to an event."""
        return answer(self.handler(made, Context()))


def answer(given: dict[str, Any]) -> Answer:
    """Return the gateway's response for a function's answer."""
    # The gateway of the local stack fails on an answer whose body is null.
    body: str = given["body"]
    data = base64.b64decode(body) if given.get("isBase64Encoded") else body.encode()
    return Answer(given["statusCode"], {**given.get("headers", {})}, data)
