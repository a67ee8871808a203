"""Opt-outs, consent and erasure in the admin site, in a real browser."""

import json
import re
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.support.e2e.browser import Site

FILE = "phone,scope,reason\n79261130011,all,by phone\n79261130012,marketing,\n7926,all,\n"


def test_an_opt_out_is_recorded_by_keyboard_found_and_lifted(page: Page, site: Site) -> None:
    site.open(page, "/optout")
    page.get_by_role("button", name="Record an opt-out").first.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Phone")).to_be_focused()
    page.keyboard.type("+7 926 113-00-01")
    dialog.get_by_label("Reason").press_sequentially("by phone")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The opt-out is recorded")).to_be_visible()
    page.get_by_label("Digits of the phone").fill("1130001")
    expect(page.get_by_role("row", name=re.compile("79261130001 All messages Operator by phone"))).to_be_visible()
    page.get_by_role("button", name="Lift 79261130001").click()
    lift = dialog.get_by_role("button", name="Lift")
    expect(lift).to_be_disabled()
    dialog.get_by_label("Reason").fill("asked for messages again")
    lift.click()
    expect(page.get_by_text("The opt-out is lifted")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("79261130001"))).to_have_count(0)


def test_opt_outs_are_imported_and_refused_rows_are_shown(page: Page, site: Site) -> None:
    site.open(page, "/optout/import")
    file = FilePayload(name="opt-outs.csv", mimeType="text/csv", buffer=FILE.encode())
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("opt-outs.csv (3 rows)")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("The file is imported")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^4 Phone Must be"))).to_be_visible()
    page.get_by_role("link", name="Show the opt-outs").click()
    page.get_by_label("Digits of the phone").fill("113001")
    expect(page.get_by_role("row")).to_have_count(3)
    page.get_by_role("combobox", name="Opted out of").click()
    page.get_by_role("option", name="Marketing only").click()
    expect(page.get_by_role("row")).to_have_count(2)


def test_a_client_opts_out_on_its_page(page: Page, site: Site, client: str) -> None:
    site.open(page, f"/client/{client}/show")
    page.get_by_role("button", name="Record an opt-out").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Opted out of").click()
    page.get_by_role("option", name="Marketing only").click()
    dialog.get_by_label("Reason").fill("reply to an e-mail")
    dialog.get_by_role("button", name="Record an opt-out").click()
    banner = page.get_by_role("alert").filter(has_text="This person has opted out of marketing")
    expect(banner).to_contain_text("reply to an e-mail")
    banner.get_by_role("button", name=f"Lift {client}").click()
    dialog.get_by_label("Reason").fill("asked for messages again")
    dialog.get_by_role("button", name="Lift").click()
    expect(banner).to_have_count(0)


def test_a_consent_is_written_down_and_shown(page: Page, site: Site, client: str) -> None:
    site.open(page, f"/client/{client}")
    page.get_by_label("Consent to marketing since").fill("2026-01-10T10:00")
    page.get_by_label("How the consent was given").fill("web form")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(re.compile("Consent to marketing: since 10 Jan 2026.*web form"))).to_be_visible()


def test_all_data_of_a_client_is_downloaded(page: Page, site: Site, client: str) -> None:
    site.open(page, f"/client/{client}/show")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download all data").click()
    assert client in json.dumps(json.loads(saved.value.path().read_text()))


def test_a_client_is_erased_after_its_phone_was_typed(page: Page, site: Site, admin: httpx.Client, client: str) -> None:
    site.open(page, f"/client/{client}/show")
    page.get_by_role("button", name="Erase").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("request of 27 November")
    erase = dialog.get_by_role("button", name="Erase")
    dialog.get_by_label("Type the phone to confirm").fill(client[:-1])
    expect(erase).to_be_disabled()
    dialog.get_by_label("Type the phone to confirm").fill(f"+{client}")
    erase.click()
    expect(page.get_by_text("The data is erased")).to_be_visible()
    expect(page).to_have_url(re.compile("/client$"))
    assert admin.get(f"client/{client}/").status_code == 404


def test_the_audience_of_a_mailing_tells_who_has_opted_out(
    page: Page, site: Site, admin: httpx.Client, client: str
) -> None:
    tag = f"opted-out-{uuid4().hex[:8]}"
    admin.patch(f"client/{client}/", json={"add_tags": [tag]}).raise_for_status()
    admin.post("optout/", json={"phone": client, "scope": "marketing", "reason": "test"}).raise_for_status()
    site.open(page, "/mailing/create")
    page.get_by_label("Text of the message").fill("Hello")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("With any of the tags").fill(tag)
    page.get_by_role("option", name=tag).click()
    opted_out = page.get_by_text("1 client has opted out and will not get the message")
    expect(opted_out).to_be_visible()
    page.get_by_role("combobox", name="Category").click()
    page.get_by_role("option", name="Service").click()
    expect(opted_out).to_have_count(0)


@pytest.fixture
def client(admin: httpx.Client) -> str:
    """Create a client, and return its phone."""
    phone = f"7926{uuid4().int % 10**7:07}"
    body = {"phone": phone, "timezone": "Europe/Moscow", "attributes": {"name": "Ann"}}
    admin.post("client/", json=body).raise_for_status()
    return phone
