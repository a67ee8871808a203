"""Normalizes and checks the path, the parameters and the body of a request before routing."""

import re
from collections.abc import Collection, Iterator, Sequence
from urllib.parse import quote, unquote

from api.middleware.bodies.encoding import decode, read_bytes, require_no_escaped_replacement
from api.middleware.bodies.json_objects import parse_object
from api.middleware.problems import InvalidParameter, TooLarge, Unsupported
from api.request_context import Event
from notifications.contracts.errors import InvalidInput
from notifications.contracts.phrases import Json
from notifications.contracts.problem_codes import ProblemCode
from notifications.texts.beginnings import REPLACEMENT
from notifications.texts.storable import require_storable

# Lambda takes events of 6 MB, in which binary bodies are base64, a third longer, and text is escaped as JSON.
MAX_BODY_BYTES = 4_500_000

# Last segment of the path under which a resource is addressed by the query parameter `name` instead.
BY_NAME = "by-name"

_CHANGED_IN_PATH = frozenset("%?#")
_CHARSETS = frozenset({"utf-8", "utf8", "us-ascii"})


def normalize_path(event: Event, prefixes_of_names: Collection[str]) -> str:
    """Return the path with a slash at its end and its segments encoded, and put it into the event.

    The gateway has decoded the path. Segments are encoded since the router allows no slash in a parameter, and routes
    reverse that with `decode_segment`.

    Args:
        prefixes_of_names: paths after which all the rest is one segment, such as `/api/v1/tag/`.
    """
    given = event["rawPath"].removesuffix("/")
    prefix = next((prefix for prefix in prefixes_of_names if given.startswith(prefix)), "")
    segments = [*prefix.split("/")[:-1], given.removeprefix(prefix)] if prefix else given.split("/")
    path = "/".join(quote(segment, safe="", errors="replace") for segment in segments) + "/"
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    return path


def decode_segment(segment: str) -> str:
    """Return a segment of a normalized path as the gateway passed it."""
    return unquote(segment)


def fits_in_path(name: str) -> bool:
    """Return True if a name is the same after a path has carried it.

    An HTTP API decodes a path twice and cuts it at an encoded `?`; clients and proxies resolve `.`, `..` and `//`.
    """
    return name != BY_NAME and not _CHANGED_IN_PATH & set(name) and not {"", ".", ".."} & set(name.split("/"))


def require_fit_in_path(name: str) -> str:
    """Return a name from a path, or raise InvalidInput if it may be another one than the caller meant."""
    if not fits_in_path(name):
        raise InvalidInput("name", ProblemCode.NAME_UNSAFE_IN_PATH)
    return name


def require_storable_parameters(event: Event) -> None:
    """Raise InvalidParameter for a path or a parameter that is not UTF-8, or that the database cannot store."""
    parameters = event.get("queryStringParameters") or {}
    places = [("path", "path", decode_segment(event["rawPath"])), *(("query", *each) for each in parameters.items())]
    for place, name, value in places:
        if REPLACEMENT in name + value:
            raise InvalidParameter(place, name, ProblemCode.PARAMETER_NOT_UTF8)
        try:
            require_storable(name, name + value)
        except InvalidInput as error:
            raise InvalidParameter(place, name, error.code, **error.params) from None


def read_text(event: Event) -> str:
    """Return the body as text, empty if there is none.

    Raises:
        TooLarge: the body is larger than `MAX_BODY_BYTES`.
        Unsupported: the header Content-Type names a character set other than UTF-8.
        InvalidInput: the body is not base64 or not UTF-8, or is a workbook.
    """
    data = read_bytes(event.get("body") or "", is_base64=event.get("isBase64Encoded", False))
    if len(data) > MAX_BODY_BYTES:
        raise TooLarge(ProblemCode.BODY_TOO_LARGE, max_bytes=MAX_BODY_BYTES)
    charset = re.search(r"charset=\"?([^\s;\"]+)", content_type(event))
    if charset and charset[1] not in _CHARSETS:
        raise Unsupported(ProblemCode.CHARSET_UNSUPPORTED, expected="UTF-8")
    return decode(data)


def content_type(event: Event) -> str:
    """Return the header Content-Type in lower case, empty if there is none."""
    return str(event.get("headers", {}).get("content-type", "")).lower()


def normalize_json(event: Event) -> Sequence[str]:
    """Check that the body is a JSON object that the database can store, and put it into the event as text.

    Returns:
        The names of the object's fields; none without a body.

    Raises:
        TooLarge: the body is larger than `MAX_BODY_BYTES`.
        Unsupported: the body has a content type other than JSON or a character set other than UTF-8.
        InvalidInput: the body is not UTF-8, not a JSON object, has a key twice, or has text that the database cannot
            store.
    """
    text = read_text(event)
    if not text:
        # The router fails on content types that it does not know, even without a body.
        event["headers"].pop("content-type", None)
        return ()
    if content_type(event).partition(";")[0].strip() not in {"", "application/json"}:
        raise Unsupported(ProblemCode.MEDIA_TYPE_UNSUPPORTED, expected="application/json")
    require_no_escaped_replacement(text)
    body = parse_object(text)
    for name, each in _texts(body):
        require_storable(name, each)
    event |= {"body": text, "isBase64Encoded": False}
    # The router knows content types in lower case only.
    event["headers"]["content-type"] = "application/json"
    return list(body)


def _texts(body: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield every text in a body, each with the name of its field."""
    waiting: list[tuple[str, Json]] = list(body.items())
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
