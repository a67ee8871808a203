"""Headers that follow from the kind of a response: `Cache-Control` and `Location`."""

import json
from http import HTTPStatus
from urllib.parse import quote

from api.middleware.normalization import BY_NAME, fits_in_path
from api.request_context import Answer, RequestContext
from api.routing import API_PREFIX, Route, RouteTable, served_method


def with_headers(answer: Answer, context: RequestContext, routes: RouteTable) -> Answer:
    """Return the answer with the headers of its kind.

    - `Cache-Control: no-store` for all but public routes, since their answers and errors may have personal data.
    - `Location` for a resource that a POST has created or a job that it has started, relative to the called URL: the
      function does not know which prefix a domain or a distribution has put in front of its paths.
    """
    event = context.event
    route = routes.matching(event["rawPath"]).get(served_method(event["requestContext"]["http"]["method"]))
    headers = dict(answer["headers"])
    if route is None or route.role is not None:
        headers["Cache-Control"] = "no-store"
    key = route and _created_key(answer, route, routes)
    if key is not None:
        last_segment = context.given_path.rpartition("/")[2]
        headers["Location"] = f"{last_segment and last_segment + '/'}{_address(str(key))}"
    if route is not None and route.may_start_job and answer["statusCode"] == HTTPStatus.ACCEPTED:
        # The slash at the end of a path makes it one level deeper.
        levels = route.path.removeprefix(API_PREFIX).strip("/").count("/") + context.given_path.endswith("/")
        headers["Location"] = f"{'../' * levels}job/{json.loads(answer['body'])['id']}/"
    return {**answer, "headers": headers}


def _address(key: str) -> str:
    encoded = quote(key, safe="")
    return f"{encoded}/" if fits_in_path(key) else f"{BY_NAME}/?name={encoded}"


def _created_key(answer: Answer, route: Route, routes: RouteTable) -> object:
    """Return the key of the created resource, or None if the answer has created none with a path of its own."""
    parameter = routes.created_parameter(route)
    if parameter is None or answer["statusCode"] != route.status:
        return None
    body = json.loads(answer["body"])
    return body.get(parameter, body.get("id"))
