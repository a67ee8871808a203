"""Every page of the admin site in a real browser: languages, themes, sizes, accessibility, and errors."""

import gzip
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from tests.support.e2e.browser import Site
from tooling import paths

AXE = paths.ROOT / "admin_site/node_modules/axe-core/axe.min.js"
FIRST_LOAD_MAX_BYTES = 350_000
PHONE = {"width": 390, "height": 844}
PAGES = (
    "/",
    "/mailing",
    "/mailing/create",
    "/client",
    "/client/create",
    "/client/import",
    "/optout",
    "/optout/import",
    "/tag",
    "/report",
    "/audit",
    "/retention",
)


def test_the_chosen_language_is_kept(site: Site, page: Page) -> None:
    page.get_by_role("button", name="Change language").or_(page.get_by_text("English")).first.click()
    page.get_by_role("menuitem", name="Русский").click()
    for path in PAGES:
        site.open(page, path)
        expect(page.get_by_role("menuitem", name="Рассылки")).to_be_visible()
        expect(page.locator("#react-admin-title")).to_have_text(re.compile(r"[\u0430-\u044f]"))


def test_the_dark_theme_follows_the_system(site: Site) -> None:
    with site.visit_signed_in(color_scheme="dark") as page:
        expect(page.get_by_text("Running mailings")).to_be_visible()
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert max(map(int, re.findall(r"\d+", colour))) < 60


def test_pages_fit_a_phone_screen(site: Site) -> None:
    with site.visit_signed_in(viewport=PHONE) as page:
        for path in PAGES:
            site.open(page, path)
            page.wait_for_load_state("networkidle")
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_violations(site: Site, scheme: str) -> None:
    found = []
    with site.visit_signed_in(color_scheme=scheme) as page:
        for path in (*PAGES, "/mailing/1/show"):
            site.open(page, path)
            page.wait_for_load_state("networkidle")
            page.evaluate(AXE.read_text())
            found += [(path, each["id"], each["nodes"][0]["html"][:200]) for each in _serious(page)]
    assert not found


def test_an_unreachable_service_is_reported(page: Page, site: Site) -> None:
    expect(page.get_by_text("Running mailings")).to_be_visible()
    site.allow_errors(page)
    page.context.set_offline(True)
    expect(page.get_by_text("The service cannot be reached")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("The service cannot be reached")).to_have_count(0)


def test_a_failed_chunk_is_loaded_again(page: Page, site: Site) -> None:
    site.allow_errors(page)
    expect(page.get_by_text("Running mailings")).to_be_visible()
    page.route("**/assets/AuditList-*", lambda route: route.abort(), times=1)
    page.get_by_role("menuitem", name="Audit log").click()
    expect(page.get_by_role("columnheader", name="Who")).to_be_visible()


def test_the_first_load_stays_below_its_size_limit(site: Site) -> None:
    loaded: list[Response] = []
    with site.visit() as page:

        def note(response: Response) -> None:
            loaded.append(response)

        page.on("response", note)
        site.sign_in(page)
        expect(page.get_by_text("Running mailings")).to_be_visible()
        files = [
            each for each in loaded if "/api/" not in each.url and each.request.resource_type in {"script", "document"}
        ]
        sizes = {each.url.rsplit("/", 1)[-1]: len(gzip.compress(each.body())) for each in files}
    assert sum(sizes.values()) < FIRST_LOAD_MAX_BYTES, sizes


def test_only_the_distribution_reads_the_bucket_and_pages_have_security_headers(site: Site) -> None:
    answer = site.get("/mailing/7/show")
    assert "text/html" in answer.headers["content-type"]
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert site.get("/assets/none.js").status_code == 403
    assert site.get("/api/v1/client/").status_code == 401


def _serious(page: Page) -> list[dict[str, Any]]:
    violations: list[dict[str, Any]] = page.evaluate("axe.run()")["violations"]
    return [each for each in violations if each["impact"] in {"serious", "critical"}]
