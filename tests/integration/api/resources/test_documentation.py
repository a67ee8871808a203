import gzip
import json
import re
from base64 import b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import urljoin

import pytest
from pydantic import BaseModel

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


def references(value: object) -> set[str]:
    """Return the references in a part of the document."""
    if isinstance(value, dict):
        own = {value["$ref"]} if "$ref" in value else set()
        return own.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


def test_every_component_is_used_by_a_call(shown: dict[str, Any]) -> None:
    used, found = set[str](), references(shown["paths"])
    while new := found - used:
        used |= new
        _, _, kinds, names = zip(*(reference.split("/") for reference in new), strict=True)
        found = references([shown["components"][kind][name] for kind, name in zip(kinds, names, strict=True)])
    components = {kind: shown["components"][kind] for kind in ("schemas", "responses")}
    assert used == {f"#/components/{kind}/{name}" for kind, each in components.items() for name in each}


def test_the_id_of_an_operation_is_its_name(shown: dict[str, Any]) -> None:
    ids = [operation["operationId"] for path in shown["paths"].values() for operation in path.values()]
    assert len(set(ids)) == len(ids)
    assert {"createClient", "importClients", "listMailings", "getMailingStatistics", "pauseMailing"} <= set(ids)
    assert [each for each in ids if not re.fullmatch("[a-z]+([A-Z][a-z]+)+", each)] == []


def test_properties_are_in_the_order_of_their_declaration(shown: dict[str, Any]) -> None:
    schemas = shown["components"]["schemas"]
    models = {each.__name__: each for each in subclasses(BaseModel)}
    assert list(schemas["Window"]["properties"]) == ["start", "end"]
    for name in schemas.keys() & models.keys():
        properties = [*models[name].model_fields]
        assert list(schemas[name]["properties"]) == properties
        required = schemas[name].get("required", [])
        assert required == [each for each in properties if each in required]


def subclasses(model: type[BaseModel]) -> list[type[BaseModel]]:
    """Return the subclasses that the API declares."""
    found = [each for child in model.__subclasses__() for each in [child, *subclasses(child)]]
    return [each for each in found if each.__module__.startswith("api.")]


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
        if routes[name].signed:
            assert "#/components/schemas/Problem" in str(operation["responses"]["401"])
        elif name.startswith("POST"):
            assert "Idempotency-Key" in [parameter["name"] for parameter in operation["parameters"]]
    assert shown["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert shown["security"] == [{"bearer": []}]


@pytest.mark.parametrize("path", ["/docs", "/docs/", "/api/v1/docs", "/api/v1/docs/"])
def test_swagger_ui_loads_the_document_relative_to_its_own_url_with_a_slash(call: Gateway, path: str) -> None:
    page = call.with_claims({})("GET", path)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert 'folder = location.origin + location.pathname.replace(/\\/?$/, "/");' in page.text
    (address,) = re.findall(r'url: new URL\("([^"]+)", folder\)', page.text)
    own = f"https://example.org/prefix{path.rstrip('/')}/"
    assert urljoin(own, address) == "https://example.org/prefix/api/v1/openapi.json"


def test_swagger_ui_allows_its_own_scripts_only(call: Gateway) -> None:
    page = call.with_claims({})("GET", "/docs/")
    scripts = re.findall(r"<script>(.*?)</script>\n", page.text, re.DOTALL)
    hashes = [b64encode(sha256(script.encode()).digest()).decode() for script in scripts]
    assert len(hashes) == 2
    allowed = " ".join(f"'sha256-{each}'" for each in hashes)
    assert f"script-src {allowed};" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/docs/", "docs/"])
def test_swagger_ui_loads_nothing_from_other_hosts(call: Gateway, path: str) -> None:
    page = call.with_claims({})("GET", path)
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", page.text)
    packed = call.with_claims({})("GET", path, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.body) == page.body


def test_health(call: Gateway) -> None:
    assert call.with_claims({})("GET", "/health").json == {"status": "ok"}
