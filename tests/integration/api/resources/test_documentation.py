import gzip
import json
import re
from typing import Any
from urllib.parse import urljoin

import pytest

from api.openapi.document import document
from api.resources import ROUTES
from tests.support.functions.gateway import Gateway
from tooling.paths import ROOT

COMMITTED = ROOT / "docs" / "api" / "openapi.json"


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(document(ROUTES))
    return found


def test_the_committed_document_is_up_to_date() -> None:
    assert COMMITTED.read_text() == document(ROUTES), "run `make openapi`"


def test_the_document_is_public(call: Gateway, shown: dict[str, Any]) -> None:
    assert call.with_claims({})("GET", "openapi.json").json == shown


def test_every_call_is_described(shown: dict[str, Any]) -> None:
    described = {
        f"{method.upper()} {path}": operation
        for path, operations in shown["paths"].items()
        for method, operation in operations.items()
    }
    pages = {"GET /docs/", "GET /api/v1/docs/", "GET /api/v1/openapi.json/"}
    routes = {route.key.replace("<", "{").replace(">", "}"): route for route in ROUTES if route.key not in pages}
    assert described.keys() == routes.keys()
    for name, operation in described.items():
        assert operation["summary"]
        assert operation["description"]
        assert ("403" in operation["responses"]) == (routes[name].role is not None)
        assert operation.get("security") == ([] if routes[name].role is None else None)
        if name.startswith("POST"):
            assert "Idempotency-Key" in [parameter["name"] for parameter in operation["parameters"]]
    assert shown["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert shown["security"] == [{"bearer": []}]


@pytest.mark.parametrize("prefix", ["", "/_aws/execute-api/abc"])
@pytest.mark.parametrize("path", ["/docs", "/docs/", "/api/v1/docs", "/api/v1/docs/"])
def test_swagger_ui_finds_the_document_behind_any_prefix(call: Gateway, path: str, prefix: str) -> None:
    page = call.with_claims({})("GET", path)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    (address,) = re.findall(r'url: "([^"]+)"', page.text)
    assert urljoin(f"https://example.org{prefix}{path}", address) == f"https://example.org{prefix}/api/v1/openapi.json"


@pytest.mark.parametrize("path", ["/docs/", "docs/"])
def test_swagger_ui_loads_nothing_from_other_hosts(call: Gateway, path: str) -> None:
    page = call.with_claims({})("GET", path)
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", page.text)
    packed = call.with_claims({})("GET", path, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.body) == page.body


def test_health(call: Gateway) -> None:
    assert call.with_claims({})("GET", "/health").json == {"status": "ok"}
