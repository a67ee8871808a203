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
        headers |= _location_of_job(answer, route, context.given_path)
    return {**answer, "headers": headers}


def _location_of_job(answer: Answer, route: Route, given_path: str) -> dict[str, str]:
    segments = route.path.strip("/").count("/")
    if given_path.strip("/").count("/") != segments:
        # A name with slashes: the caller may have encoded them or not, so the depth of the called URL is not known.
        return {}
    # The slash at the end of a path makes it one level deeper.
    levels = segments - API_PREFIX.count("/") + given_path.endswith("/")
    return {"Location": f"{'../' * levels}job/{json.loads(answer['body'])['id']}/"}


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
