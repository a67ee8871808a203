"""Declares routes: path, method, role, formats of bodies, and whether the call can conflict with the stored state.

A resource's modules declare their routes with `Routes`. The checks before routing, Powertools' resolver and
the OpenAPI document are derived from these declarations.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import TypedDict, Unpack, get_args, get_type_hints

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel

from notifications.contracts.enumerations import Role

API_PREFIX = "/api/v1"


def served_method(method: str) -> str:
    """Return the method of the route that serves a call: HEAD is served like GET."""
    return "GET" if method == "HEAD" else method


def allowed_methods(routes: Mapping[str, "Route"]) -> list[str]:
    """Return the methods of a path, given its routes by method."""
    return sorted({*routes, "OPTIONS", *(["HEAD"] if "GET" in routes else [])})


@dataclass(frozen=True, slots=True)
class Csv:
    """Declares CSV in UTF-8 as the body of a request or a response, with an example."""

    example: str


class Options(TypedDict, total=False):
    """Optional parts of a declaration; see the attributes of `Route`."""

    status: HTTPStatus
    other_status: HTTPStatus | None
    conflicts: bool
    request_csv: Csv
    response_csv: Csv
    response_headers: Mapping[str, str]
    name_may_have_slashes: bool
    compressed: bool
    may_start_job: bool
    documented: bool
    signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A route of the API.

    Attributes:
        role: lowest role that may call it; None for a public route, which needs no token.
        tag: group of the route in the OpenAPI document.
        status: HTTP status of a success.
        other_status: another one, with the same body; None if there is none.
        conflicts: True if the call can contradict the stored state (409).
        request_csv: format of the request's body; None for JSON.
        response_csv: format of the response's body; None for JSON.
        response_headers: descriptions of the response's headers, by name.
        name_may_have_slashes: True if the last parameter of the path is all the rest of it, slashes included.
        compressed: True if the response is compressed for a caller that accepts it.
        may_start_job: True if the response may be 202 with a job that does the work.
        documented: True if the route is in the OpenAPI document.
        signed: True if a provider calls the route, and signs the call. A repeat must be harmless without a key.
    """

    method: str
    path: str
    function: Callable[..., object]
    role: Role | None
    tag: str
    summary: str
    status: HTTPStatus = HTTPStatus.OK
    other_status: HTTPStatus | None = None
    conflicts: bool = False
    request_csv: Csv | None = None
    response_csv: Csv | None = None
    response_headers: Mapping[str, str] = field(default_factory=dict)
    name_may_have_slashes: bool = False
    compressed: bool = False
    may_start_job: bool = False
    documented: bool = True
    signed: bool = False

    @property
    def key(self) -> str:
        """Method and path, such as `GET /api/v1/client/<phone>/`."""
        return f"{self.method} {self.path}"

    @property
    def operation_id(self) -> str:
        """Name of the call in generated clients: the function's name in camel case, such as `createClient`."""
        first, *others = self.function.__name__.split("_")
        return first + "".join(map(str.capitalize, others))

    @property
    def takes_json(self) -> bool:
        """True if the function has a parameter for the JSON body."""
        hints = _parameter_types(self.function).values()
        types = [each for hint in hints for each in (hint, *get_args(hint))]
        return any(isinstance(each, type) and issubclass(each, BaseModel) for each in types)

    def query_parameters(self) -> frozenset[str]:
        """Return the names of the query parameters that the function takes."""
        hints = get_type_hints(self.function, include_extras=True)
        return frozenset(
            each.alias or name
            for name, hint in hints.items()
            for each in getattr(hint, "__metadata__", ())
            if isinstance(each, Query)
        )


class Routes:
    """The routes of one module. Its methods are decorators that declare a route by its function.

    Args:
        tag: group of the routes in the OpenAPI document.
        prefix: path in front of the path of each route.
    """

    def __init__(self, tag: str, *, prefix: str = API_PREFIX) -> None:
        self._tag = tag
        self._prefix = prefix
        self._declared: list[Route] = []

    def __iter__(self) -> Iterator[Route]:
        """Iterate over the routes in the order of their declaration."""
        return iter(self._declared)

    def get[F: Callable[..., object]](
        self, path: str, *, role: Role | None, summary: str, **options: Unpack[Options]
    ) -> Callable[[F], F]:
        """Declare a route that reads."""
        return self._declare("GET", path, role, summary, options)

    def post[F: Callable[..., object]](
        self, path: str, *, role: Role | None, summary: str, **options: Unpack[Options]
    ) -> Callable[[F], F]:
        """Declare a route that creates or acts. It can conflict unless the options say otherwise."""
        return self._declare("POST", path, role, summary, {"conflicts": True, **options})

    def put[F: Callable[..., object]](
        self, path: str, *, role: Role, summary: str, **options: Unpack[Options]
    ) -> Callable[[F], F]:
        """Declare a route that creates or replaces. It can conflict unless the options say otherwise."""
        return self._declare("PUT", path, role, summary, {"conflicts": True, **options})

    def patch[F: Callable[..., object]](
        self, path: str, *, role: Role, summary: str, **options: Unpack[Options]
    ) -> Callable[[F], F]:
        """Declare a route that changes. It can conflict unless the options say otherwise."""
        return self._declare("PATCH", path, role, summary, {"conflicts": True, **options})

    def delete[F: Callable[..., object]](
        self, path: str, *, role: Role, summary: str, **options: Unpack[Options]
    ) -> Callable[[F], F]:
        """Declare a route that deletes and returns no body. It can conflict unless the options say otherwise."""
        status = HTTPStatus.NO_CONTENT
        return self._declare("DELETE", path, role, summary, {"conflicts": True, "status": status, **options})

    def _declare[F: Callable[..., object]](
        self, method: str, path: str, role: Role | None, summary: str, options: Options
    ) -> Callable[[F], F]:
        def register(function: F) -> F:
            route = Route(
                method=method,
                path=self._prefix + path,
                function=function,
                role=role,
                tag=self._tag,
                summary=summary,
                **options,
            )
            self._declared.append(route)
            return function

        return register


class RouteTable:
    """All routes of the API, found by path."""

    def __init__(self, *modules: Iterable[Route]) -> None:
        self._routes = [route for module in modules for route in module]
        self._query_parameters = {route.key: route.query_parameters() for route in self._routes}
        self._by_path: dict[str, dict[str, Route]] = {}
        for route in self._routes:
            self._by_path.setdefault(route.path, {})[route.method] = route
        self._patterns = [(_pattern(path), routes) for path, routes in self._by_path.items()]
        self.prefixes_of_names = frozenset(
            route.path.partition("<")[0] for route in self._routes if route.name_may_have_slashes
        )

    def __iter__(self) -> Iterator[Route]:
        """Iterate over all routes."""
        return iter(self._routes)

    def created_parameter(self, route: Route) -> str | None:
        """Return the parameter of the route that reads what a route creates, such as `phone` for `POST client/`.

        Returns:
            None if the route creates nothing that has a path of its own.
        """
        if route.method != "POST" or route.status not in {HTTPStatus.CREATED, HTTPStatus.ACCEPTED}:
            return None
        item = re.compile(rf"{re.escape(route.path)}<(\w+)>/")
        found = (item.fullmatch(path) for path, routes in self._by_path.items() if "GET" in routes)
        return next((each[1] for each in found if each), None)

    def matching(self, path: str) -> Mapping[str, Route]:
        """Return the routes of a path by method, or an empty mapping if there is none."""
        # A path without parameters comes first: `client/import/` is not a phone.
        exact = self._by_path.get(path)
        return exact or next((routes for pattern, routes in self._patterns if pattern.fullmatch(path)), {})

    def path_parameters(self, route: Route, path: str) -> Iterator[tuple[str, type, str]]:
        """Yield name, type and text of each parameter in the path of a call of the route."""
        found = _pattern(route.path).fullmatch(path)
        types = _parameter_types(route.function)
        for name, value in (found.groupdict() if found else {}).items():
            yield name, types[name], value

    def query_parameters(self, route: Route) -> frozenset[str]:
        """Return the names of a route's query parameters."""
        return self._query_parameters[route.key]


@cache
def _parameter_types(function: Callable[..., object]) -> Mapping[str, type]:
    """Return the types of a function's parameters by name, evaluated once and not for each call."""
    return {name: each for name, each in get_type_hints(function).items() if name != "return"}


@cache
def _pattern(path: str) -> re.Pattern[str]:
    """Return the pattern of calls of a path, with a group for each parameter."""
    return re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", path))


def build_resolver(routes: RouteTable) -> APIGatewayHttpResolver:
    """Build Powertools' resolver, which validates the arguments and the results of the functions."""
    resolver = APIGatewayHttpResolver(enable_validation=True)
    for route in routes:
        resolver.route(
            route.path,
            method=route.method,
            compress=route.compressed,
            operation_id=route.operation_id,
            summary=route.summary,
            description=inspect.getdoc(route.function),
            tags=[route.tag],
            include_in_schema=route.documented,
            status_code=route.status,
            response_description=route.status.phrase,
        )(route.function)
    return resolver
