"""The admin site in a real browser, against the local stack."""

import gzip
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import boto3
import httpx
import pytest
from playwright.sync_api import FilePayload, Page, Response, expect

from local import environment
from local.secrets import password
from tests.support.e2e.browser import Site
from tests.support.e2e.local_stack import LocalStack
from tooling import paths

AXE = paths.ROOT / "admin_site/node_modules/axe-core/axe.min.js"
FIRST_LOAD_AT_MOST = 350_000
PHONE = {"width": 390, "height": 844}
CLIENTS = """\
phone,operator_code,tags,timezone,name
79261110001,926,site,Europe/Moscow,Ann
79261110002,926,site,Asia/Vladivostok,Боб
79131110003,913,site,Asia/Omsk,
7913,913,site,Asia/Omsk,
"""
PAGES = ("/", "/mailing", "/mailing/create", "/client", "/client/create", "/client/import", "/tag", "/report", "/audit")
# The first calls also start functions.
expect.set_options(timeout=30_000)


@pytest.fixture
def page(site: Site) -> Iterator[Page]:
    with site.visit_signed_in() as page:
        yield page


def test_a_wrong_password_shows_an_error(site: Site) -> None:
    with site.visit(expected_errors=1) as page:
        site.sign_in(page, password="wrong")
        expect(page.get_by_role("alert")).to_have_text("The e-mail or the password is wrong")


def test_sign_in_returns_to_the_requested_page(site: Site) -> None:
    with site.visit() as page:
        visited: list[str] = []
        page.on("framenavigated", lambda frame: visited.append(frame.url))
        site.sign_in(page, at="/audit")
        expect(page).to_have_url(re.compile("/audit"))
    # Requested page, sign-in, and the page again, without a redirect loop.
    assert len(visited) < 8


def test_sign_in_after_an_expired_session_returns_to_its_page(site: Site, page: Page) -> None:
    page.get_by_role("menuitem", name="Tags").click()
    expect(page.get_by_role("button", name="New tag")).to_be_visible()
    page.evaluate("localStorage.removeItem('session')")
    page.get_by_role("menuitem", name="Reports").click()
    expect(page.get_by_label("Password")).to_be_visible()
    site.fill_in(page)
    expect(page).to_have_url(re.compile("/report"))


def test_a_temporary_password_must_be_replaced(site: Site, stack: LocalStack) -> None:
    email, first = f"{uuid4().hex}@notifications.local", password()
    _create_user(stack, email, first)
    with site.visit() as page:
        site.sign_in(page, username=email, password=first)
        page.get_by_label("New password").fill(password())
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Running mailings")).to_be_visible()
        # A viewer sees no action that the role does not allow.
        expect(page.get_by_role("menuitem", name="Clients")).to_be_visible()
        expect(page.get_by_role("menuitem", name="Audit log")).to_have_count(0)
        page.get_by_role("menuitem", name="Clients").click()
        expect(page.get_by_text("No clients yet")).to_be_visible()
        expect(page.get_by_text("Import")).to_have_count(0)
        expect(page.get_by_text("Create")).to_have_count(0)


def test_clients_are_imported_and_refused_rows_are_shown(page: Page, site: Site) -> None:
    _import(page, site)
    expect(page.get_by_text("The file is imported")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^5 Phone Must be"))).to_be_visible()
    page.get_by_role("link", name="Show the clients").click()
    page.get_by_label("Phone begins with").fill("7926111")
    expect(page.get_by_role("row")).to_have_count(3)


def test_a_mailing_is_created_launched_and_followed_to_its_end(page: Page, site: Site) -> None:
    _import(page, site)
    expect(page.get_by_text("The file is imported")).to_be_visible()
    _write(page, site, "Hello, {name|friend}!")
    expect(page.get_by_text("No problems found")).to_be_visible()
    page.get_by_role("button", name="Launch", exact=True).click()
    expect(page.get_by_test_id("total")).to_have_text("Total 3")
    expect(page.get_by_test_id("count-sent")).to_have_text("Sent 3")
    expect(page.get_by_text("Finished").first).to_be_visible()
    page.get_by_test_id("count-sent").click()
    expect(page.get_by_role("row")).to_have_count(4)
    page.get_by_role("button", name="Why? 79261110001").click()
    expect(page.get_by_role("dialog")).to_contain_text("every placeholder has a value")


def test_a_mailing_is_paused_resumed_and_cancelled(page: Page, site: Site, admin: httpx.Client) -> None:
    number = site.mailing(admin, starts_in=timedelta(hours=1))
    site.open(page, f"/mailing/{number}/show")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused", exact=True)).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("Scheduled", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Cancel mailing").click()
    page.get_by_role("dialog").get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Cancelled", exact=True).first).to_be_visible()


def test_failed_messages_are_retried(
    page: Page, site: Site, admin: httpx.Client, provider_fails: Callable[[bool], None]
) -> None:
    _import(page, site)
    expect(page.get_by_text("The file is imported")).to_be_visible()
    provider_fails(True)
    number = site.mailing(admin, filter={"tags": ["site"], "operator_codes": []})
    site.open(page, f"/mailing/{number}/show")
    expect(page.get_by_test_id("count-failed")).to_have_text("Failed 3")
    expect(page.get_by_text("3 times")).to_be_visible()
    provider_fails(False)
    page.get_by_role("button", name="Retry failed").click()
    expect(page.get_by_test_id("count-sent")).to_have_text("Sent 3", timeout=90_000)


def test_errors_are_shown_at_their_fields_and_input_is_kept(page: Page, site: Site) -> None:
    site.allow_errors(page)
    site.open(page, "/mailing/create")
    page.get_by_label("Text of the message").fill("Hello, {nobody_has_this}!")
    for step in ("Audience", "Schedule", "Launch check"):
        page.get_by_role("button", name="Next").click()
        expect(page.get_by_role("tab", name=step)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("no client has")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Text of the message")).to_have_value("Hello, {nobody_has_this}!")


def test_a_test_message_is_sent_to_one_phone(page: Page, site: Site) -> None:
    _import(page, site)
    expect(page.get_by_text("The file is imported")).to_be_visible()
    site.open(page, "/mailing/create")
    page.get_by_label("Text of the message").fill("Hello, {name|friend}!")
    page.get_by_label("Phone of a client").fill("79261110001")
    page.get_by_role("button", name="Send to this phone now").click()
    expect(page.get_by_text("79261110001: Sent")).to_be_visible()
    page.get_by_role("menuitem", name="Audit log").click()
    expect(page.get_by_role("row", name=re.compile("created test send")).first).to_be_visible()


def test_a_daily_report_is_shown_as_it_was_mailed(page: Page, site: Site, stack: LocalStack) -> None:
    functions = _aws(stack, "lambda")
    name = next(
        each["FunctionName"]
        for each in functions.list_functions()["Functions"]
        if "ReporterFunction" in each["FunctionName"]
    )
    functions.invoke(FunctionName=name, Payload=b"{}")
    site.open(page, "/report")
    mail = page.frame_locator("iframe")
    expect(mail.get_by_role("heading", level=1)).to_have_css("font-size", "22px")
    expect(mail.get_by_role("heading", level=1)).to_contain_text(re.compile("20[0-9][0-9]"))


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
    assert sum(sizes.values()) < FIRST_LOAD_AT_MOST, sizes


def test_only_the_distribution_reads_the_bucket_and_pages_have_security_headers(site: Site) -> None:
    answer = site.get("/mailing/7/show")
    assert "text/html" in answer.headers["content-type"]
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert site.get("/assets/none.js").status_code == 403
    assert site.get("/api/v1/client/").status_code == 401


@pytest.fixture
def provider_fails(stack: LocalStack) -> Iterator[Callable[[bool], None]]:
    url = f"{stack.described()['provider_url']}/behaviour"

    def change(fails: bool) -> None:
        faults = [{"kind": "bad_request"}] if fails else []
        httpx.put(url, json={"faults": faults}).raise_for_status()

    yield change
    change(False)


def _aws(stack: LocalStack, service: str) -> Any:
    return boto3.client(
        service,
        region_name=environment.REGION,
        endpoint_url=stack.described()["aws_endpoint_url"],
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )


def _create_user(stack: LocalStack, email: str, first_password: str) -> None:
    cognito, pool = _aws(stack, "cognito-idp"), stack.described()["user_pool_id"]
    cognito.admin_create_user(
        UserPoolId=pool, Username=email, TemporaryPassword=first_password, MessageAction="SUPPRESS"
    )
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName="viewer")


def _serious(page: Page) -> list[dict[str, Any]]:
    violations: list[dict[str, Any]] = page.evaluate("axe.run()")["violations"]
    return [each for each in violations if each["impact"] in {"serious", "critical"}]


def _import(page: Page, site: Site) -> None:
    site.open(page, "/client/import")
    file = FilePayload(name="clients.csv", mimeType="text/csv", buffer=CLIENTS.encode())
    page.locator("input[type=file]").set_input_files(file)


def _write(page: Page, site: Site, text: str) -> None:
    site.open(page, "/mailing/create")
    page.get_by_label("Text of the message").fill(text)
    page.get_by_role("button", name="Next").click()
    page.get_by_label("With any of the tags").fill("site")
    page.get_by_role("option", name="site").click()
    expect(page.get_by_text("3 clients now")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Only at certain hours").uncheck()
    page.get_by_role("button", name="Next").click()
