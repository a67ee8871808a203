import csv
import io
import json

import pytest
from sqlalchemy import Engine, select

from api.middleware.normalization import MAX_BODY_BYTES
from notifications.clients.imports.csv_format import MAX_ROWS
from notifications.database.tables import audit
from tests.support.functions.gateway import Gateway

NOTHING_LEFT_OUT = {"refused": [], "overridden_rows": 0, "overridden": [], "rows": []}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_valid_rows_are_imported_and_others_are_refused(call: Gateway) -> None:
    body = (
        "phone,operator_code,tags,timezone,name\n"
        "79260000001,,vip;new,Europe/Moscow,Ann\n"
        "123,,,Europe/Moscow,\n"
        "79260000002,903,,Mars,\n"
        "79260000003,,,Europe/Moscow\n"
        '79260000004,903,"a|b",Asia/Omsk,"Lee, ""Bo"""\n'
    )
    answer = call("POST", "client/import/", body, headers={"Content-Type": "text/csv"})
    assert (answer.json["created"], answer.json["updated"]) == (2, 0)
    assert [each["line"] for each in answer.json["refused"]] == [3, 4, 5]
    first = answer.json["refused"][0]
    assert first["reason"].startswith("phone: ")
    assert (first["field"], first["code"], first["params"]) == ("phone", "phone_format", {})
    stored = call("GET", "client/79260000004/").json
    assert stored == stored | {
        "phone": "79260000004",
        "operator_code": "903",
        "tags": ["a", "b"],
        "timezone": "Asia/Omsk",
        "attributes": {"name": 'Lee, "Bo"'},
    }


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbfphone;timezone;tags\r\n79260000001;Europe/Moscow;vip|new\r\n",
        "\ufeffphone,timezone,tags\r\n79260000001,Europe/Moscow,vip;new\r\n",
        'phone,timezone,tags\n"79260000001",Europe/Moscow,"vip;new"',
        "tags, timezone ,phone\n\nnew|vip,Europe/Moscow, 79260000001\n\n",
    ],
)
def test_imports_common_dialects_of_csv(call: Gateway, body: str | bytes) -> None:
    assert call("POST", "client/import/", body).json | {"rows": []} == {"created": 1, "updated": 0, **NOTHING_LEFT_OUT}
    assert call("GET", "client/79260000001/").json["tags"] == ["new", "vip"]


def test_an_import_updates_only_the_columns_of_its_header(call: Gateway) -> None:
    call("POST", "client/", {"phone": "79260000001", "operator_code": "903", "tags": ["vip"],
                             "timezone": "Europe/Moscow", "attributes": {"name": "Ann", "age": 7}})  # fmt: skip
    answer = call("POST", "client/import/", "phone,timezone,name\n79260000001,Asia/Omsk,\n")
    assert answer.json | {"rows": []} == {"created": 0, "updated": 1, **NOTHING_LEFT_OUT}
    client = call("GET", "client/79260000001/").json
    assert client["operator_code"] == "903"
    assert client["tags"] == ["vip"]
    assert client["attributes"] == {"age": 7}
    call("POST", "client/import/", "phone,timezone,tags,name\n79260000001,Asia/Omsk,new,Bo\n")
    client = call("GET", "client/79260000001/").json
    assert (client["tags"], client["attributes"]) == (["new"], {"age": 7, "name": "Bo"})
    call("POST", "client/import/", "phone,timezone,tags\n79260000001,Asia/Omsk,\n")
    assert call("GET", "client/79260000001/").json["tags"] == []


@pytest.mark.parametrize(
    "body",
    ["", "\n", "phone\n", "timezone,tags\n", "phone,timezone,phone\n", "phone,timezone,first name\n",
     "phone,timezone,,name\n", 'phone,timezone\n"7926\x00', b"\xff\xfe", 'phone,timezone\n"unclosed'],
)  # fmt: skip
def test_a_file_that_is_no_csv_is_refused(call: Gateway, body: str | bytes) -> None:
    assert call("POST", "client/import/", body).status == 422


def test_blank_rows_are_not_counted_however_many_they_are(call: Gateway) -> None:
    blank = ",,\n" * 10_001 + "\n" * 10_001
    answer = call("POST", "client/import/", f"phone,timezone,name\n{blank}79260000001,Europe/Moscow,Ann\n{blank}")
    assert answer.json | {"rows": []} == {"created": 1, "updated": 0, **NOTHING_LEFT_OUT}


def test_the_last_valid_row_of_a_phone_wins_and_the_earlier_ones_are_listed(call: Gateway) -> None:
    body = (
        "phone,timezone,operator_code,tags,name\n"
        "79260000001,Europe/Moscow,903,vip,Ann\n"
        "79260000002,Europe/Moscow,,,Bob\n"
        "79260000001,Asia/Omsk,904,,Anna\n"
        "79260000001,Asia/Tomsk,,new,\n"
        "79260000001,Mars,,,Nobody\n"
    )
    answer = call("POST", "client/import/", body).json
    assert (answer["created"], answer["updated"], [each["line"] for each in answer["refused"]]) == (2, 0, [6])
    assert answer["overridden_rows"] == 2
    assert answer["overridden"] == [
        {"line": 2, "by_line": 4, "phone": "79260000001"},
        {"line": 4, "by_line": 5, "phone": "79260000001"},
    ]
    stored = call("GET", "client/79260000001/").json
    assert stored == stored | {
        "phone": "79260000001",
        "operator_code": "926",
        "tags": ["new"],
        "timezone": "Asia/Tomsk",
        "attributes": {},
    }


def test_a_file_of_one_phone_is_imported_with_an_answer_that_fits(call: Gateway) -> None:
    answer = call("POST", "client/import/", "phone,timezone\n" + "79260000001,UTC\n" * MAX_ROWS)
    assert (answer.json["created"], answer.json["overridden_rows"]) == (1, MAX_ROWS - 1)
    assert answer.json["overridden"][-1] == {"line": 10_001, "by_line": 10_002, "phone": "79260000001"}
    assert len(json.dumps(answer.text)) < 6 * 1024 * 1024


def test_a_file_with_more_rows_is_refused_and_pointed_to_the_import_of_any_size(call: Gateway) -> None:
    answer = call("POST", "client/import/", "phone,timezone\n" + "79260000001,UTC\n" * (MAX_ROWS + 1))
    assert answer.status == 422
    (error,) = answer.json["errors"]
    assert (error["code"], error["params"]) == ("csv_too_many_rows", {"max_rows": MAX_ROWS})
    assert "POST import/" in error["msg"]
    assert call("GET", "client/").json["items"] == []


def test_a_larger_file_is_refused_and_pointed_to_the_import_of_any_size(call: Gateway) -> None:
    answer = call("POST", "client/import/", "phone,timezone\n" + " " * MAX_BODY_BYTES)
    assert answer.status == 413
    assert answer.json["code"] == "csv_too_large"
    assert answer.json["params"] == {"max_bytes": MAX_BODY_BYTES, "max_rows": MAX_ROWS}


@pytest.mark.parametrize(
    ("cells", "field", "code_point"),
    [
        ("\u202a79260000001\u202c,Europe/Moscow,,,", "phone", "U+202A"),
        ("7926\u00ad0000001,Europe/Moscow,,,", "phone", "U+00AD"),
        ("79260000001,Europe/Moscow\u200b,,,", "timezone", "U+200B"),
        ("79260000001,Europe/Moscow,92\u200d6,,", "operator_code", "U+200D"),
        ("79260000001,Europe/Moscow,,vip;n\u200bew,", "tag", "U+200B"),
    ],
)
def test_a_refusal_names_an_invisible_character(call: Gateway, cells: str, field: str, code_point: str) -> None:
    answer = call("POST", "client/import/", f"phone,timezone,operator_code,tags,name\n{cells}\n")
    (refused,) = answer.json["refused"]
    assert (refused["code"], refused["params"]) == ("invisible_character", {"code_point": code_point})
    assert refused["reason"] == f"{field}: has the invisible character {code_point}. Remove it."


def test_a_refused_header_names_an_invisible_character(call: Gateway) -> None:
    (error,) = call("POST", "client/import/", "phone,timezone,na\u200bme\n").json["errors"]
    assert (error["loc"], error["params"]) == (["body", "header"], {"code_point": "U+200B"})


def test_a_file_with_too_many_bad_rows_is_refused_as_a_whole(call: Gateway) -> None:
    good = "79260000001,Europe/Moscow\n"
    most = call("POST", "client/import/", "phone,timezone\n" + "x\n" * 10_000 + good)
    assert (most.json["created"], len(most.json["refused"])) == (1, 10_000)
    assert len(most.body) < 6 * 1024 * 1024
    more = call("POST", "client/import/", "phone,timezone\n" + good.replace("1,", "2,") + "x\n" * 2_000_000)
    assert (more.status, more.json["errors"][0]["loc"]) == (422, ["body"])
    assert more.json["errors"][0]["msg"].startswith(
        "has more than 10,000 invalid rows, so nothing was stored. The first is line 3: "
    )
    assert more.json["errors"][0]["code"] == "csv_too_many_refused"
    params = more.json["errors"][0]["params"]
    assert (params["max_rows"], params["line"], params["reason"]["code"]) == (10_000, 3, "csv_field_count")
    assert call("GET", "client/79260000002/").status == 404


def test_ten_thousand_unknown_time_zones_fit_into_an_answer(call: Gateway) -> None:
    rows = "".join(f"7926{n:07d},{'Часовой пояс' * 4}\n" for n in range(10_000))
    answer = call("POST", "client/import/", "phone,timezone\n" + rows)
    assert len(answer.json["refused"]) == 10_000
    # Lambda encodes the body as JSON, which escapes it again.
    assert len(json.dumps(answer.text)) < 6 * 1024 * 1024


def test_a_wrong_charset_is_refused(call: Gateway) -> None:
    headers = {"Content-Type": "text/csv; charset=windows-1251"}
    assert call("POST", "client/import/", "phone,timezone\n", headers=headers).status == 415


def test_too_large_a_body_is_refused(call: Gateway) -> None:
    assert call("POST", "client/import/", "phone,timezone\n" + "x" * 7_000_000).status == 413
    assert call("POST", "client/", {"phone": "x" * 7_000_000}).status == 413


def test_an_export_can_be_imported_unchanged(call: Gateway) -> None:
    body = (
        "phone,operator_code,tags,timezone,consent_at,consent_source,city,name\r\n"
        '79260000001,926,new|VIP,Europe/Moscow,2026-01-02T03:04:05.000006Z,form,,"Ann, ""A"""\r\n'
        "79260000002,903,,Asia/Omsk,,,Omsk,\r\n"
    )
    call("POST", "client/import/", body)
    first = call("GET", "client/export/")
    assert first.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert first.text == body
    imported = call("POST", "client/import/", first.body).json
    assert imported | {"rows": []} == {"created": 0, "updated": 2, **NOTHING_LEFT_OUT}
    assert call("GET", "client/export/").text == body


def test_an_export_escapes_formulas_and_an_import_restores_them(call: Gateway) -> None:
    formulas = {"name": "=cmd|' /C calc'!A0", "note": "Ann;@SUM(1)", "debt": "-5", "quoted": "'=1"}
    new = {"phone": "79260000001", "timezone": "Europe/Moscow", "tags": ["+vip"], "attributes": formulas}
    call("POST", "client/", new)
    before = call("GET", "client/79260000001/").json
    body = call("GET", "client/export/").text
    assert rows(body)[0] | {"phone": ""} == {
        "phone": "",
        "operator_code": "926",
        "tags": "'+vip",
        "timezone": "Europe/Moscow",
        "consent_at": "",
        "consent_source": "",
        "name": "'=cmd|' /C calc'!A0",
        "note": "Ann;'@SUM(1)",
        "debt": '"-5"',
        "quoted": "''=1",
    }
    assert call("POST", "client/import/", body).json["updated"] == 1
    assert call("GET", "client/79260000001/").json == before


def test_an_export_has_pages(call: Gateway) -> None:
    lines = "".join(f"7926000000{n},Europe/Moscow,vip\n" for n in range(5))
    call("POST", "client/import/", f"phone,timezone,tags\n{lines}79030000000,Europe/Moscow,\n")
    phones, url, pages = [], "client/export/?limit=2&tag=vip", 0
    while url:
        answer = call("GET", url)
        phones += [row["phone"] for row in rows(answer.text)]
        link = answer.headers.get("Link", "")
        url = link and f"client/export/{link[1 : link.index('>')]}"
        pages += 1
    assert phones == [f"7926000000{n}" for n in range(5)]
    assert pages == 3


def test_a_page_of_an_export_stays_below_lambdas_response_limit(call: Gateway) -> None:
    columns = ",".join(f"a{n}" for n in range(50))
    wide = ",".join(["я" * 1000] * 50)
    for part in (range(10, 35), range(35, 60)):
        lines = "".join(f"792600000{n},Europe/Moscow,{wide}\n" for n in part)
        call("POST", "client/import/", f"phone,timezone,{columns}\n{lines}")
    first = call("GET", "client/export/")
    assert len(first.body) < 6_000_000
    last = rows(first.text)[-1]["phone"]
    second = call("GET", f"client/export/{first.headers['Link'][1:-13]}")
    assert rows(second.text)[0]["phone"] == str(int(last) + 1)


def test_each_client_of_an_import_has_a_line_in_the_audit_log(call: Gateway, engine: Engine) -> None:
    call("POST", "client/import/", "phone,timezone,tags\n79260000001,Europe/Moscow,vip\n79260000002,Asia/Omsk,\n")
    call("POST", "client/import/", "phone,timezone,tags\n79260000001,Asia/Omsk,new\n79260000002,Asia/Omsk,\n")
    with engine.connect() as connection:
        lines = connection.execute(select(audit).order_by(audit.c.id)).all()
    assert [(line.action, line.kind, line.key) for line in lines] == [
        ("import", "client", "79260000001"),
        ("import", "client", "79260000002"),
        ("import", "client", "79260000001"),
    ]
    assert lines[0].before is None
    assert lines[2].before == lines[0].after
    shown = call("GET", "client/79260000001/").json
    assert lines[2].after == {
        name: shown[name] for name in shown if name not in {"created_at", "updated_at", "opt_out"}
    }
