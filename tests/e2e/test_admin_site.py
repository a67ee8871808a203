"""Work on the admin site in a real browser: sign-in, clients, mailings, reports."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import boto3
import httpx
import pytest
from playwright.sync_api import FilePayload, Page, expect

from local import environment
from ops.users import new_password
from tests.support.e2e.browser import Site
from tests.support.e2e.local_stack import LocalStack

CLIENTS = """\
phone,operator_code,tags,timezone,name
79261110001,926,site,Europe/Moscow,Ann
79261110002,926,site,Asia/Vladivostok,Боб
79131110003,913,site,Asia/Omsk,
7913,913,site,Asia/Omsk,
"""


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
    email, first = f"{uuid4().hex}@notifications.local", new_password()
    _create_user(stack, email, first)
    with site.visit() as page:
        site.sign_in(page, username=email, password=first)
        page.get_by_label("New password").fill(new_password())
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Running mailings")).to_be_visible()
        # A viewer sees no action that the role does not allow.
        expect(page.get_by_role("menuitem", name="Clients")).to_be_visible()
        expect(page.get_by_role("menuitem", name="Audit log")).to_have_count(0)
        page.get_by_role("menuitem", name="Clients").click()
        expect(page.get_by_text("No clients yet")).to_be_visible()
        expect(page.get_by_text("Import")).to_have_count(0)
        expect(page.get_by_text("Create")).to_have_count(0)
        page.get_by_role("menuitem", name="Opt-outs").click()
        expect(page.locator("#react-admin-title")).to_have_text("Opt-outs")
        expect(page.get_by_role("button", name="Record an opt-out")).to_have_count(0)


def test_clients_are_imported_and_refused_rows_are_shown(page: Page, site: Site) -> None:
    _import(page, site)
    expect(page.get_by_text("The file is imported")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^5 Phone Must be"))).to_be_visible()
    page.get_by_role("link", name="Show the clients").click()
    page.get_by_label("Digits of the phone").fill("7926111")
    expect(page.get_by_role("row")).to_have_count(3)


def test_a_mailing_is_created_launched_and_followed_to_its_end(page: Page, site: Site) -> None:
    _import(page, site)
    expect(page.get_by_text("The file is imported")).to_be_visible()
    _write(page, site, "Hello, {name|friend}!")
    expect(page.get_by_text("1 client has no value for {name} and gets its fallback")).to_be_visible()
    page.get_by_role("button", name="Launch", exact=True).click()
    expect(page.get_by_test_id("total")).to_have_text("Total 3")
    expect(page.get_by_test_id("count-sent")).to_have_text("Sent 3")
    expect(page.get_by_text("Finished").first).to_be_visible()
    page.get_by_test_id("count-sent").click()
    expect(page.get_by_role("row")).to_have_count(4)
    page.get_by_role("button", name="Why? 79261110001").click()
    expect(page.get_by_role("dialog")).to_contain_text("every placeholder has a value")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("link", name="79261110001").click()
    expect(page.get_by_text("Hello, Ann!", exact=True).first).to_be_visible()


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
    page.get_by_role("button", name="Retry…").click()
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_test_id("count-sent")).to_have_text("Sent 3", timeout=90_000)


def test_errors_are_shown_at_their_fields_and_input_is_kept(page: Page, site: Site) -> None:
    site.allow_errors(page)
    site.open(page, "/mailing/create")
    page.get_by_label("Text of the message").fill("Hello, {nobody_has_this}!")
    for step in ("Audience", "Schedule", "Launch check"):
        page.get_by_role("button", name="Next").click()
        expect(page.get_by_role("tab", name=step)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("no client has")).to_be_visible()
    expect(page.get_by_text("The draft is saved")).to_be_visible()
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


def _import(page: Page, site: Site) -> None:
    site.open(page, "/client/import")
    file = FilePayload(name="clients.csv", mimeType="text/csv", buffer=CLIENTS.encode())
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Import", exact=True).click()


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
