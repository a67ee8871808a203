"""`optout/import/`: every row is recorded, changes nothing, or is refused with its line and the reason."""

import csv
import io
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from tests.support.database.contents import fuzzed, wild_text
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway
from tests.support.sender.scenario import SenderScenario

ROWS = 20_000


def upload(call: Gateway, body: str, query: str = "") -> dict[str, Any]:
    answer = call("POST", f"optout/import/{query}", body, headers={"Content-Type": "text/csv"})
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def stored(call: Gateway) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = call("GET", "optout/?sort=phone&limit=500").json["items"]
    return items


def test_the_columns_of_a_file(call: Gateway) -> None:
    body = (
        "\ufeffPhone; Scope ;reason;at;source\r\n"
        "8 (926) 000-00-01;marketing;asked; 2026-01-02T03:04:05+03:00 ;REPLY\r\n"
        "+79260000002;;;;\r\n\r\n"
    )
    assert upload(call, body, "?country=RU") == {"created": 2, "updated": 0, "unchanged": 0, "refused": []}
    first, second = stored(call)
    assert first == {
        "phone": "79260000001", "scope": "marketing", "source": "reply", "reason": "asked",
        "at": "2026-01-02T00:04:05Z",
    }  # fmt: skip
    assert (second["scope"], second["source"], second["reason"]) == ("all", "import", None)


def test_rows_widen_and_never_narrow(call: Gateway) -> None:
    call("POST", "optout/", {"phone": "79260000001", "scope": "marketing"})
    call("POST", "optout/", {"phone": "79260000002"})
    body = "phone,scope\n79260000001,all\n79260000002,marketing\n79260000003,all\n79260000003,marketing\n"
    assert upload(call, body) == {"created": 1, "updated": 1, "unchanged": 2, "refused": []}
    assert [each["scope"] for each in stored(call)] == ["all"] * 3
    assert upload(call, body) == {"created": 0, "updated": 0, "unchanged": 4, "refused": []}


def test_of_rows_with_one_phone_the_first_of_the_widest_scope_counts(call: Gateway) -> None:
    rows = ["marketing,a", "all,b", "all,c", "marketing,d"]
    upload(call, "phone,scope,reason\n" + "".join(f"79260000001,{each}\n" for each in rows))
    assert [(each["scope"], each["reason"]) for each in stored(call)] == [("all", "b")]


def test_an_import_is_one_entry_in_the_audit_log(call: Gateway) -> None:
    body = "phone\n79260000001\n79260000002\n"
    upload(call, body)
    upload(call, body)
    (entry,) = call("GET", "audit/?kind=opt_out").json["items"]
    assert (entry["action"], entry["key"], entry["before"], entry["after"]) == (
        "import", "import", None, {"created": 2, "updated": 0}
    )  # fmt: skip


def test_invalid_rows_are_refused_with_line_and_field(call: Gateway) -> None:
    body = (
        "phone,scope,reason,at,source\n"
        "12,,,,\n"
        "79260000002,some,,,\n"
        f"79260000003,,{'x' * 501},,\n"
        "79260000004,,,yesterday,\n"
        "79260000005,,,2199-01-01T00:00:00Z,\n"
        "79260000006,,,,nobody\n"
        "79260000007,,,2026-02-30T00:00:00Z,\n"
        "79260000008,all\n"
        "79260000009,,\0,,\n"
        "79260000010,,,,\n"
        "79260000011,,,,erasure\n"
    )
    found = upload(call, body)
    assert (found["created"], [each["phone"] for each in stored(call)]) == (1, ["79260000010"])
    assert [(each["line"], each["field"], each["code"]) for each in found["refused"]] == [
        (2, "phone", "phone_format"),
        (3, "scope", "not_allowed"),
        (4, "reason", "too_long"),
        (5, "at", "time_format"),
        (6, "at", "time_in_future"),
        (7, "source", "not_allowed"),
        (8, "at", "time_format"),
        (9, "row", "csv_field_count"),
        (10, "reason", "nul_character"),
        (12, "source", "not_allowed"),
    ]
    assert found["refused"][1]["reason"] == "scope: must be 'all' or 'marketing'"


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ("", "header", "csv_columns_missing"),
        ("scope\nall\n", "header", "csv_columns_missing"),
        ("phone,name\n79260000001,Ann\n", "header", "csv_column_unknown"),
        ("phone,Phone\n79260000001,79260000001\n", "header", "csv_column_twice"),
        ('phone,reason\n79260000001,"x\n', "body", "csv_quote_open"),
        ("phone,scope\n79260000001,all,x\n", "body", "csv_row_too_long"),
        ("phone\n" + "79260000001\n" * (ROWS + 1), "body", "csv_rows_to_split"),
        ("phone\n" + "1\n" * 10_001, "body", "csv_too_many_refused"),
    ],
)
def test_a_file_is_refused_as_a_whole(call: Gateway, body: str, field: str, code: str) -> None:
    answer = call("POST", "optout/import/", body)
    (found,) = answer.json["errors"]
    assert (answer.status, found["loc"][-1], found["code"]) == (422, field, code)
    assert stored(call) == []


def test_a_file_that_is_too_large_is_to_be_split(call: Gateway) -> None:
    answer = call("POST", "optout/import/", "phone\n" + "x" * 4_500_000)
    assert (answer.status, answer.json["code"]) == (413, "csv_size_to_split")


def test_a_repeated_import_has_the_same_answer(call: Gateway) -> None:
    answers = [
        call("POST", "optout/import/", "phone\n79260000001\n", headers={"Idempotency-Key": "k"}) for _ in range(2)
    ]
    assert [each.json["created"] for each in answers] == [1, 1]
    assert answers[1].headers["Idempotency-Replayed"] == "true"


def test_a_full_file_takes_less_than_ten_seconds_and_suppresses_what_waits(engine: Engine) -> None:
    scenario = SenderScenario(engine)
    scenario.fill(5_000)
    call = api_over(engine, now=lambda: scenario.now)
    phones = [str(79260000001 + n) for n in range(ROWS)]
    began = time.monotonic()
    found = upload(call, "phone,reason\n" + "".join(f"{each},asked\n" for each in phones))
    assert time.monotonic() - began < 10
    assert found == {"created": ROWS, "updated": 0, "unchanged": 0, "refused": []}
    assert scenario.statuses() == {"suppressed": 5_000}


phones = st.sampled_from([f"7926000000{n}" for n in range(3)])
cells = wild_text | phones | st.sampled_from(["all", "marketing", "ALL", "reply", "2026-01-01T00:00:00Z", "=1+1", '"'])
header = ["phone", "scope", "reason", "at", "source"]
headers = st.permutations(header) | st.lists(st.sampled_from([*header, "x"]) | cells, max_size=6)
rows = st.tuples(phones, st.sampled_from(["", "all", "marketing"]), cells, st.just(""), st.just("")).map(list)


def test_every_row_of_any_file_is_accounted_for(call: Gateway, engine: Engine) -> None:
    @fuzzed(80)
    @given(header=st.just(header) | headers, rows=st.lists(rows | st.lists(cells, max_size=6), max_size=6))
    def check(header: list[str], rows: list[list[str]]) -> None:
        with engine.begin() as connection:
            connection.execute(text("TRUNCATE opt_out"))
        file = io.StringIO()
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([header, *rows])
        answer = call("POST", "optout/import/", file.getvalue().encode("utf-8", "surrogatepass"))
        if answer.status != 200:
            assert answer.status in {413, 422}
            assert stored(call) == []
            return
        found = answer.json
        given = [row for row in rows if any(cell.strip() for cell in row)]
        assert found["created"] + found["updated"] + found["unchanged"] + len(found["refused"]) == len(given)
        assert all(each["reason"] for each in found["refused"])
        assert (found["created"], found["updated"]) == (len(stored(call)), 0)

    check()


@fuzzed(60)
@given(rows=st.lists(st.tuples(phones, st.sampled_from(["all", "marketing"])), max_size=8), at=st.integers(0, 8))
def test_a_file_in_two_parts_records_the_same_as_the_whole(
    engine: Engine, rows: list[tuple[str, str]], at: int
) -> None:
    call = api_over(engine)
    lines = [f"{phone},{scope},row {number}\n" for number, (phone, scope) in enumerate(rows)]
    results = []
    for parts in ([lines], [lines[:at], lines[at:]]):
        with engine.begin() as connection:
            connection.execute(text("TRUNCATE opt_out"))
        for part in parts:
            upload(call, "phone,scope,reason\n" + "".join(part))
        results.append([(each["phone"], each["scope"], each["reason"]) for each in stored(call)])
    assert results[0] == results[1]
