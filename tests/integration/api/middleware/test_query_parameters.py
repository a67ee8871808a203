"""Query parameters that a call does not have are refused, since an ignored filter would widen the result."""

import json
import re

import pytest
from sqlalchemy import Engine

from api.resources import ROUTES
from api.routing import Route
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway

DOCUMENT = "/api/v1/openapi.json"


def invalid(call: Gateway, method: str, url: str, body: object = None) -> list[tuple[list[str], str]]:
    """Return the place and the code of each error of a refused call."""
    answer = call(method, url, body)
    assert answer.status == 422, (method, url)
    return [(error["loc"], error["code"]) for error in answer.json["errors"]]


# A call that must be signed learns nothing before.
@pytest.mark.parametrize("route", [each for each in ROUTES if not each.signed], ids=lambda route: route.key)
def test_every_route_refuses_an_unknown_parameter_and_names_it(route: Route, engine: Engine) -> None:
    path = re.sub(r"<\w+>", "1", route.path)
    body: object = {} if route.method in {"POST", "PUT", "PATCH"} else None
    refused = [(["query", "colour"], "query_parameter_unknown")]
    assert invalid(api_over(engine), route.method, f"{path}?colour=red", body) == refused


def test_parameters_of_the_document_are_those_that_are_accepted(call: Gateway) -> None:
    paths = json.loads(call("GET", DOCUMENT).text)["paths"]
    for route in ROUTES:
        if route.documented:
            operation = paths[route.path.replace("<", "{").replace(">", "}")][route.method.lower()]
            shown = {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}
            assert route.query_parameters() == shown, route.key


@pytest.mark.parametrize("name", ["tags", "Tag", "tag[]", "", "limit ", "x" * 64])
def test_a_misspelled_filter_is_refused(call: Gateway, name: str) -> None:
    refused = [(["query", name], "query_parameter_unknown")]
    assert invalid(call, "GET", f"client/export/?tag=vip&{name}=vip") == refused


def test_a_refused_call_changes_nothing(call: Gateway) -> None:
    call("POST", "client/", {"phone": "79261234567", "timezone": "UTC"})
    assert call("DELETE", "client/79261234567/?dry_run=true").status == 422
    assert call("GET", "client/79261234567/").status == 200
