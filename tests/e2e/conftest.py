"""Fixtures: a local stack with its own folder and ports, and clients of it."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.e2e.browser import OPTIONS, Site
from tests.support.e2e.local_stack import LocalStack, own_stack

STATE = ".local/e2e"
CALLS_PER_PAGE = 6
# The first calls also start functions.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    with own_stack(STATE) as own:
        yield own


@pytest.fixture(scope="session")
def anybody(stack: LocalStack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.described()["api_url"], timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def admin(stack: LocalStack) -> Iterator[httpx.Client]:
    token = stack.run("token").strip()
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=stack.described()["api_url"], headers=headers, timeout=60) as client:
        yield client


# Without a stop, Playwright's event loop keeps running during all later tests of the process.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next((found for found in map(shutil.which, names) if found), None)
    if program is None:
        pytest.skip("the admin site is not tested, because this machine has no Chromium. Install a Chromium package")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(chromium: Browser, stack: LocalStack, admin: httpx.Client) -> Site:
    described = stack.described()
    if not described["admin_url"]:
        pytest.skip("the admin site was not built, because Node is missing and cannot be installed. Check the network")
    _start_api(admin)
    return Site(chromium, described)


@pytest.fixture
def page(site: Site) -> Iterator[Page]:
    with site.visit_signed_in() as page:
        yield page


def _start_api(admin: httpx.Client) -> None:
    """Start as many API instances as a page calls concurrently, because the start is slow on few cores."""
    with ThreadPoolExecutor(CALLS_PER_PAGE) as pool:
        list(pool.map(lambda _: admin.get("tag/"), range(CALLS_PER_PAGE)))
