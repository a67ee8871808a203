"""Calls that the gateway routes in a way of its own: public pages, other methods, unknown paths, tokens of machines."""

from urllib.parse import urljoin

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.support.e2e.browser import Site
from tests.support.e2e.local_stack import LocalStack


@pytest.fixture(scope="module")
def root(stack: LocalStack) -> str:
    """URL of the gateway without a slash at its end."""
    url: str = stack.described()["docs_url"]
    return url.removesuffix("/docs/")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "path", ["/api/v1/openapi.json", "/api/v1/docs/", "/api/v1/docs", "/docs/", "/docs", "/health/", "/health"]
)
def test_public_endpoints_need_no_token(anybody: httpx.Client, root: str, path: str, method: str) -> None:
    answer = anybody.request(method, root + path)
    assert answer.status_code == 200
    assert bool(answer.content) == (method == "GET")


@pytest.mark.parametrize("path", ["/api/v1/docs/", "/api/v1/docs", "/docs/", "/docs"])
def test_swagger_ui_shows_the_calls(chromium: Browser, root: str, path: str) -> None:
    _visit(chromium, root + path)


@pytest.mark.parametrize("path", ["api/v1/docs/", "api/v1/docs"])
def test_swagger_ui_shows_the_calls_under_the_admin_sites_domain(site: Site, path: str) -> None:
    _visit(site.browser, site.described["admin_url"] + path)


def _visit(browser: Browser, url: str) -> None:
    page = browser.new_page()
    page.goto(url)
    expect(page.locator("#operations-clients-createClient")).to_be_visible()
    page.close()


def test_head_needs_a_token_like_get(anybody: httpx.Client, admin: httpx.Client) -> None:
    assert anybody.head("client/").status_code == 401
    read, asked = admin.get("client/"), admin.head("client/")
    assert (asked.status_code, asked.content) == (200, b"")
    assert read.headers["cache-control"] == asked.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "allowed"), [("tag/", "GET, HEAD, OPTIONS, POST"), ("client/import/", "OPTIONS, POST")]
)
def test_another_method_is_answered_with_the_allowed_ones(
    anybody: httpx.Client, admin: httpx.Client, path: str, allowed: str
) -> None:
    assert anybody.put(path, json={}).status_code == 401
    answer = admin.put(path, json={})
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "/x", "/api/v2/client/", "/api/v1"])
def test_a_path_outside_the_api_is_a_problem_document(anybody: httpx.Client, root: str, path: str) -> None:
    answer = anybody.get(root + path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("name", ["a b/c", "50% off? #1/", "новый"])
def test_a_created_resource_is_at_its_location(admin: httpx.Client, name: str) -> None:
    created = admin.post("tag/", json={"name": name})
    assert created.status_code == 201
    location = urljoin(str(created.url), created.headers["location"])
    assert admin.get(location).json() == created.json()
    assert admin.delete(location).status_code == 204


def test_a_machine_gets_a_token_by_what_the_description_has(stack: LocalStack, anybody: httpx.Client) -> None:
    described = stack.described()
    parts = ("token_url", "machine_scope", "machine_client_id", "machine_client_secret")
    headers = _token(*(described[name] for name in parts))
    assert anybody.get("client/", headers=headers).status_code == 200
    assert anybody.delete("client/79261234567/", headers=headers).status_code == 403


def test_a_machine_has_its_role_until_it_is_revoked(
    stack: LocalStack, anybody: httpx.Client, admin: httpx.Client
) -> None:
    reader, writer = _machine(stack, "reader", "viewer"), _machine(stack, "writer", "operator")
    assert anybody.get("tag/", headers=reader).status_code == 200
    assert anybody.post("tag/", headers=reader, json={"name": "machines"}).status_code == 403
    assert anybody.post("tag/", headers=writer, json={"name": "machines"}).status_code == 201
    assert admin.get("audit/?key=machines").json()["items"][0]["name"] == "writer"
    stack.run("machine-revoke", "--name", "reader")
    assert anybody.get("tag/", headers=reader).status_code == 401
    assert anybody.get("tag/", headers=writer).status_code == 200


def _machine(stack: LocalStack, name: str, role: str) -> dict[str, str]:
    """Make a machine client and return the headers of its calls."""
    lines = [line.split() for line in stack.run("machine", name, role).splitlines()]
    made = {words[0]: words[1] for words in lines if len(words) == 2}
    return _token(made["token_url"], made["scope"], made["client_id"], made["client_secret"])


def _token(url: str, scope: str, client_id: str, secret: str) -> dict[str, str]:
    form = {"grant_type": "client_credentials", "scope": scope}
    token = httpx.post(url, data=form, auth=(client_id, secret)).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}
