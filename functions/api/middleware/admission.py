"""Pre-routing checks: 404, 405, 401, 403, unknown query parameters, unreadable body."""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import date

from api.middleware import normalization
from api.middleware.authorization import claims_of, require_role
from api.middleware.problems import InvalidParameter, MethodNotAllowed, MethodsAsked
from api.request_context import Event
from api.routing import Route, RouteTable, allowed_methods, served_method
from notifications.contracts.errors import InvalidInput, NotFound
from notifications.contracts.phrases import shorten
from notifications.contracts.problem_codes import ProblemCode

# Longest path that an error repeats.
MAX_SHOWN_PATH_CHARACTERS = 200
# Longest name of a query parameter that an error repeats.
MAX_SHOWN_NAME_CHARACTERS = 64
_FORMATS = {
    int: (re.compile(r"-?[0-9]+"), ProblemCode.NOT_INTEGER),
    date: (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), ProblemCode.NOT_DATE),
}
_METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def admit(event: Event, routes: RouteTable, verify_signature: Callable[[Event], None]) -> Route:
    """Normalize the path and the JSON body of an event, and return its route, which may be called.

    Args:
        verify_signature: raises Unsigned for an event without a valid signature.

    Raises:
        Problem: the path, the method, the role, a parameter or the body does not allow it.
        MethodsAsked: the call asks for the methods of the path.
    """
    method = event["requestContext"]["http"]["method"]
    path = normalization.normalize_path(event, routes.prefixes_of_names)
    known = routes.matching(path)
    if not known:
        raise NotFound(ProblemCode.ENDPOINT_NOT_FOUND, method=method, path=shorten(path, MAX_SHOWN_PATH_CHARACTERS))
    if method == "OPTIONS":
        raise MethodsAsked(allowed_methods(known))
    route = known.get(served_method(method))
    if route is None:
        raise MethodNotAllowed(method, allowed_methods(known))
    require_role(claims_of(event), route.role)
    if route.signed:
        verify_signature(event)
    normalization.require_storable_parameters(event)
    _require_known_parameters(event, routes.query_parameters(route))
    _require_formats(routes.path_parameters(route, path))
    if method in _METHODS_WITH_BODY and route.request_csv is None:
        fields = normalization.normalize_json(event)
        if fields and not route.takes_json:
            raise InvalidInput(shorten(fields[0], MAX_SHOWN_NAME_CHARACTERS), ProblemCode.FIELD_UNKNOWN)
    return route


def _require_formats(parameters: Iterable[tuple[str, type, str]]) -> None:
    """Raise InvalidParameter for an id or a day in the path that is none: pydantic takes `1.0` and `1764115200`."""
    for name, kind, value in parameters:
        pattern, code = _FORMATS.get(kind, (None, None))
        if pattern and code and not pattern.fullmatch(value):
            raise InvalidParameter("path", name, code)


def _require_known_parameters(event: Event, known: Collection[str]) -> None:
    """Raise InvalidParameter for a query parameter that the route does not have.

    An ignored filter would widen the result: `client/export/?tags=vip` would export every client.
    """
    for name in event.get("queryStringParameters") or {}:
        if name not in known:
            raise InvalidParameter(
                "query", shorten(name, MAX_SHOWN_NAME_CHARACTERS), ProblemCode.QUERY_PARAMETER_UNKNOWN
            )
