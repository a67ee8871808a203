"""Random client files: the answer counts every row, and a refused file changes nothing."""

import csv
import io
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.integration.fuzz.conftest import Held
from tests.support.database.contents import fuzzed, long_text, wild_text
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway

CSV = {"Content-Type": "text/csv"}
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

phones = st.integers(0, 10**10 - 1).map(lambda n: f"7{n:010}") | st.sampled_from(["79260000001", "79260000002"])
cells = (
    wild_text
    | long_text
    | phones
    | st.sampled_from(["Europe/Moscow", "926", "vip;a|b", "=1+1", "+7", "-1", "@x", "'=1", '"', '""', " 79260000001 "])
)
zones = st.sampled_from(["Europe/Moscow", "Asia/Omsk", "Europe/Kiev", "Mars"])
rows = st.tuples(phones, zones, st.just("926") | cells, st.just("vip") | cells, cells).map(list) | st.lists(
    cells, max_size=6
)
header = ["phone", "timezone", "operator_code", "tags", "bonus"]
headers = st.just(header) | st.permutations(header) | st.lists(st.sampled_from(header) | cells, max_size=7)
ends = st.sampled_from(["\r\n", "\n", "\r"])
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1251", "latin-1"])


@pytest.fixture
def call(engine: Engine) -> Gateway:
    return api_over(engine)


def written(rows: list[list[str]], end: str, quoting: int) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator=end, quoting=quoting, escapechar="\\").writerows(rows)  # type: ignore[arg-type]
    return file.getvalue()


def is_number(cell: str) -> bool:
    digits = cell[1:].replace(",", ".", 1).split(".")
    return cell[0] in "+-" and len(digits) <= 2 and all(part.isascii() and part.isdecimal() for part in digits)


def check_answer(call: Gateway, held: Held, body: str | bytes) -> dict[str, Any] | None:
    """Return the result of an import, or None for a refusal, after checking that it changed nothing."""
    before = held()
    answer = call("POST", "client/import/", body, headers=CSV)
    if answer.status == 200:
        found: dict[str, Any] = answer.json
        assert len(held()["client"]) == len(before["client"]) + found["created"]
        return found
    assert answer.status in {413, 415, 422}, answer.text
    assert answer.json["detail"]
    assert held() == before
    return None


def test_every_row_is_stored_or_refused_with_a_reason(call: Gateway, held: Held) -> None:
    quotings = st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])

    @fuzzed(60)
    @given(header=headers, rows=st.lists(rows, max_size=6), end=ends, quoting=quotings, encoding=encodings)
    def check(header: list[str], rows: list[list[str]], end: str, quoting: int, encoding: str) -> None:
        text = written([header, *rows], end, quoting)
        found = check_answer(call, held, text.encode(encoding, "surrogatepass" if "utf" in encoding else "replace"))
        if found is None:
            return
        assert all(each["reason"] for each in found["refused"])
        if encoding.startswith("utf-8"):
            file = io.StringIO(text.removeprefix("\ufeff"), newline="")
            given = [row for row in csv.reader(file) if any(cell.strip() for cell in row)][1:]
            told = len(found["refused"]) + found["overridden_rows"]
            assert found["created"] + found["updated"] + told == len(given)

    check()


def test_any_bytes_are_answered_without_an_error(call: Gateway, held: Held) -> None:
    begin = b"phone,timezone\r\n"

    @fuzzed(60)
    @given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda data: begin + data) | wild_text)
    @example(begin + b"79260000001,Europe/Moscow\x00\n")
    @example(begin + b'"79260000001","Europe/Moscow')
    @example(begin + b"\xff\xfe79260000001,Europe/Moscow\n")
    @example(b"phone,timezone,a\n79260000001,Europe/Moscow," + b"x" * 200_000)
    @example(b'phone,timezone\n"' + b"\n" * 200_000)
    @example(b"," * 200_000)
    @example(b";" * 200_000 + b"\n")
    @example(b"")
    @example("\ud800")
    def check(body: bytes | str) -> None:
        check_answer(call, held, body)

    check()


def test_no_exported_cell_is_a_formula_and_all_are_imported_unchanged(call: Gateway) -> None:
    texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
    values = st.builds(str.__add__, st.sampled_from(["", *FORMULAS, *(f"'{each}" for each in FORMULAS)]), texts)
    tags = st.sampled_from(["vip", "=1+1", "@SUM(A1)", "'-x", "-"])

    @fuzzed(20)
    @given(value=values, tag=tags)
    @example(value="=HYPERLINK(1)", tag="=cmd")
    @example(value="''=x", tag="'")
    @example(value="-5", tag="+7,5")
    @example(value="'-5", tag="-5-5")
    def check(value: str, tag: str) -> None:
        call("DELETE", "client/79260000001/")
        new = {"phone": "79260000001", "timezone": "Europe/Moscow", "tags": [tag], "attributes": {"bonus": value}}
        created = call("POST", "client/", new)
        assert created.status == 201
        exported = call("GET", "client/export/").text
        (_, *clients) = csv.reader(io.StringIO(exported, newline=""))
        assert not [cell for row in clients for cell in row if cell.startswith(FORMULAS) and not is_number(cell)]
        call("DELETE", "client/79260000001/")
        assert call("POST", "client/import/", exported, headers=CSV).json["refused"] == []
        shown = call("GET", "client/79260000001/").json
        assert shown["tags"] == created.json["tags"]
        assert shown["attributes"].get("bonus", "") == value

    check()
