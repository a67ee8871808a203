"""Imports files as people have them, through the gateway and in the admin site."""

import gzip
import time

import httpx
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.support.e2e.browser import Site

HEADER = "phone,timezone,name\n"
CYRILLIC = (HEADER + "79261120001,Europe/Moscow,Ann\n79261120002,Europe/Moscow,Борис\n").encode("cp1251")
LATIN = (HEADER + "79261120003,Europe/Moscow,Zoë\n").encode("latin-1")


@pytest.mark.parametrize(("data", "line"), [(CYRILLIC, 3), (LATIN, 2), (HEADER.encode("utf-16"), None)])
@pytest.mark.parametrize("kind", ["text/csv", "application/octet-stream"])
def test_a_file_that_is_not_utf8_is_refused(admin: httpx.Client, data: bytes, line: int | None, kind: str) -> None:
    answer = admin.post("client/import/", content=data, headers={"Content-Type": kind})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert "not UTF-8" in error["msg"]
    assert error["params"] == ({} if line is None else {"line": line})


def test_a_json_body_that_is_not_utf8_is_refused(admin: httpx.Client) -> None:
    body = '{"phone": "79261120004", "timezone": "UTC",\n"attributes": {"name": "Борис"}}'.encode("cp1251")
    answer = admin.post("client/", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["params"] == {"line": 2}


def test_a_file_in_another_encoding_is_shown_and_converted(page: Page, site: Site) -> None:
    choose(page, site, CYRILLIC)
    expect(page.get_by_text("The file is not UTF-8")).to_be_visible()
    expect(page.get_by_role("cell", name="Борис")).to_be_visible()
    page.get_by_role("combobox", name="Encoding of the file").click()
    page.get_by_role("option", name="Cyrillic (KOI8-R)").click()
    expect(page.get_by_role("cell", name="Борис")).to_have_count(0)
    page.get_by_role("combobox", name="Encoding of the file").click()
    page.get_by_role("option", name="Cyrillic (Windows-1251)").click()
    page.get_by_role("button", name="Convert and continue").click()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("The file is imported")).to_be_visible()
    site.open(page, "/client/79261120002")
    expect(page.get_by_role("textbox", name="Value")).to_have_value("Борис")


def test_overridden_rows_are_listed(page: Page, site: Site) -> None:
    row = "79261120005,Europe/Moscow,"
    choose(page, site, f"{HEADER}{row}Ann\n\n{row}Anna\n".encode())
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("The file is imported")).to_be_visible()
    expect(page.get_by_role("row", name="2 79261120005 4")).to_be_visible()


def test_rows_are_shown_as_they_are_read_in_the_chosen_country(page: Page, site: Site) -> None:
    phones = ("8 (926) 112-00-08", "+49 151 23456789", "9674447714")
    choose(page, site, (HEADER + "".join(f"{phone},Europe/Moscow,Ann\n" for phone in phones)).encode())
    expect(page.get_by_role("row", name="2 8 (926) 112-00-08 Must be a valid phone")).to_be_visible()
    expect(page.get_by_role("row", name="3 +49 151 23456789 +4915123456789 Europe/Moscow")).to_be_visible()
    page.get_by_label("Country of the phones").fill("Russ")
    page.get_by_role("option", name="Russia").click()
    expect(page.get_by_role("row", name="2 8 (926) 112-00-08 +79261120008 Europe/Moscow")).to_be_visible()
    expect(page.get_by_role("row", name="4 9674447714 These digits are two numbers")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("The file is imported")).to_be_visible()
    site.open(page, "/client/79261120008")
    expect(page.get_by_label("Phone")).to_have_value("79261120008")


def test_a_compressed_file_is_uploaded_and_imported_by_the_service(page: Page, site: Site) -> None:
    site.open(page, "/client/import")
    rows = f"{HEADER}79261120011,Europe/Moscow,Ann\n1,UTC,\n79261120011,Europe/Moscow,Anna\n"
    file = FilePayload(name="clients.csv.gz", mimeType="application/gzip", buffer=gzip.compress(rows.encode()))
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Upload and import").click()
    expect(page.get_by_text("The file is imported")).to_be_visible(timeout=60_000)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save all refused rows").click()
    lines = saved.value.path().read_text().splitlines()
    assert [line.partition(",")[0] for line in lines] == ["line", "2", "3"]
    site.open(page, "/client/79261120011")
    expect(page.get_by_role("textbox", name="Value")).to_have_value("Anna")


def test_a_file_is_uploaded_to_the_address_that_the_api_answers(admin: httpx.Client) -> None:
    made = admin.post("import/", json={"dry_run": True}).json()
    upload = made["upload"]
    data = f"{HEADER}79261120012,Europe/Moscow,Ann\n".encode()
    sent = httpx.request(upload["method"], upload["url"], content=data, headers=upload["headers"])
    assert sent.status_code == 200, sent.text
    assert admin.post(f"import/{made['id']}/start/").status_code == 202
    until = time.monotonic() + 60
    while (found := admin.get(f"import/{made['id']}/").json())["status"] in {"waiting", "running"}:
        assert time.monotonic() < until, found
        time.sleep(0.5)
    assert (found["status"], found["created"], found["bytes_done"]) == ("finished", 1, len(data))
    assert admin.get("client/79261120012/").status_code == 404


def test_a_faulty_file_is_refused_before_anything_is_sent(page: Page, site: Site) -> None:
    choose(page, site, f'{HEADER}79261120006,Europe/Moscow,"Ann\n79261120007,Europe/Moscow,Bob\n'.encode())
    expect(page.get_by_role("alert")).to_contain_text("The quote in line 2 is not closed properly")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was imported")
    choose(page, site, b"PK\x03\x04")
    expect(page.get_by_role("alert")).to_contain_text("This is an Excel workbook, save it as CSV")


def choose(page: Page, site: Site, data: bytes) -> None:
    site.open(page, "/client/import")
    file = FilePayload(name="clients.csv", mimeType="text/csv", buffer=data)
    page.locator("input[type=file]").set_input_files(file)
