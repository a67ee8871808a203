"""The API's entry point and the container addresses for `sam local`."""

import base64
import json
from typing import Any

import pytest

from local.sam_local import gateway_entry, run, template
from local.settings import Settings
from tests.support.functions.gateway import Context


class Api:
    """Takes events.

    Attributes:
        events: what has reached it.
    """

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def __call__(self, event: dict[str, Any], _: Any) -> dict[str, Any]:
        self.events.append(event)
        return {"statusCode": 200}


@pytest.fixture
def api() -> Api:
    return Api()


def request(path: str, **headers: str) -> dict[str, Any]:
    return {"rawPath": path, "headers": headers, "requestContext": {"http": {"method": "GET"}}}


def token(**claims: Any) -> str:
    return f"header.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.signature"


def test_claims_of_a_token_have_the_format_of_api_gateway(api: Api) -> None:
    bearer = token(sub="u-1", **{"cognito:groups": ["viewer", "admin"]})
    gateway_entry.authorize(api, request("/api/v1/client/", Authorization=f"Bearer {bearer}"), Context())
    assert api.events[0]["requestContext"]["authorizer"]["jwt"]["claims"] == {
        "sub": "u-1",
        "cognito:groups": "[viewer admin]",
    }


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic a.b.c"}])
def test_without_a_token_only_public_paths_are_answered(api: Api, headers: dict[str, str]) -> None:
    assert gateway_entry.authorize(api, request("/api/v1/client/", **headers), Context())["statusCode"] == 401
    assert not api.events
    assert gateway_entry.authorize(api, request("/health", **headers), Context())["statusCode"] == 200


def test_the_routes_of_the_template_become_events() -> None:
    keys = {"Tags": "GET /tag", "Docs": {"Fn::If": ["IsLocal", "GET /docs/", "GET /docs/{proxy+}"]}, "Rest": "$default"}
    routes = {name: {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"RouteKey": key}} for name, key in keys.items()}
    assert {name: each["Properties"] for name, each in template._events(routes).items()} == {
        "Tags": {"Method": "GET", "Path": "/tag"},
        "Docs": {"Method": "GET", "Path": "/docs/"},
        "Rest": {"Method": "ANY", "Path": "$default"},
    }


def test_every_function_has_an_existing_sample_event() -> None:
    assert all((run.EVENTS / f"{case}.json").exists() for case in run.SAMPLE_EVENTS.values())


def test_a_container_reaches_ministack_by_the_host_name_machine() -> None:
    assert template.for_container(Settings(ministack_port=4600).aws_url) == "http://machine:4600"
