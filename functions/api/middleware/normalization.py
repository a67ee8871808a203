"""A request before any route sees it: its path, its parameters and its body in one form, or refused."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn
from urllib.parse import quote, unquote

from api.middleware.problems import InvalidParameter, TooLarge, Unsupported
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.texts.storable import require_storable

# What Lambda takes in one call.
MAX_BODY_BYTES = 6 * 1024 * 1024

_CHARSETS = frozenset({"utf-8", "utf8", "us-ascii"})


def normalize_path(event: dict[str, Any]) -> str:
    """Return the path with a slash at its end, and set it in the event.

    An HTTP API decodes every escape but `%25`, so one slash at the end is the path's own and any before it belong to
    the name. Each segment is encoded again, for the router takes no slash in a parameter. A tag may have one: what
    follows `tag/` is one segment.
    """
    given = event["rawPath"].removesuffix("/")
    head, tag, name = given.partition("/api/v1/tag/")
    segments = [head, "api", "v1", "tag", name] if tag else given.split("/")
    path = "/".join(quote(unquote(segment), safe="", errors="replace") for segment in segments) + "/"
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    return path


def require_storable_parameters(event: dict[str, Any]) -> None:
    """InvalidInput for a path or a parameter that no database could hold."""
    parameters = event.get("queryStringParameters") or {}
    places = [("path", "path", unquote(event["rawPath"])), *(("query", *each) for each in parameters.items())]
    for place, name, value in places:
        try:
            require_storable(name, name + value)
        except InvalidInput as error:
            raise InvalidParameter(place, name, error.code, **error.params) from None


def read_text(event: dict[str, Any]) -> str:
    """The body as text; TooLarge, Unsupported or InvalidInput say why it is none."""
    body = event.get("body") or ""
    try:
        data = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
        text = data.decode("utf-8-sig")
    except ValueError:
        raise InvalidInput("body", ProblemCode.BODY_NOT_UTF8) from None
    if len(data) > MAX_BODY_BYTES:
        raise TooLarge(ProblemCode.BODY_TOO_LARGE, max_bytes=MAX_BODY_BYTES)
    charset = re.search(r"charset=\"?([^\s;\"]+)", content_type(event))
    if charset and charset[1] not in _CHARSETS:
        raise Unsupported(ProblemCode.CHARSET_UNSUPPORTED, expected="UTF-8")
    return text


def content_type(event: dict[str, Any]) -> str:
    """The header of that name, in lower case."""
    return str(event.get("headers", {}).get("content-type", "")).lower()


def normalize_json(event: dict[str, Any]) -> None:
    """Have the body be a JSON object that the database can hold, or refuse it. No body stays none."""
    text = read_text(event)
    if not text:
        # Whatever it would have been: the router fails on kinds that it does not know.
        event["headers"].pop("content-type", None)
        return
    if content_type(event).partition(";")[0].strip() not in {"", "application/json"}:
        raise Unsupported(ProblemCode.MEDIA_TYPE_UNSUPPORTED, expected="application/json")
    try:
        value = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise InvalidInput("body", ProblemCode.BODY_NOT_JSON) from None
    if not isinstance(value, dict):
        raise InvalidInput("body", ProblemCode.BODY_NOT_OBJECT)
    for name, each in _texts(value):
        require_storable(name, each)
    event |= {"body": text, "isBase64Encoded": False}
    # The router knows the name in lower case only.
    event["headers"]["content-type"] = "application/json"


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _texts(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text in a body with the name of the field that it lies in."""
    waiting: list[tuple[str, Any]] = list(body.items())
    for name in body:
        yield "body", name
    while waiting:
        name, value = waiting.pop()
        match value:
            case str():
                yield name, value
            case dict():
                waiting += [(name, each) for pair in value.items() for each in pair]
            case list():
                waiting += [(name, each) for each in value]
