"""Clients of any country: their phones as they are written, operator codes, filters, statistics and files."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from tests.support.functions.gateway import Gateway
from tests.support.mailings.planned import plan

BERLIN = {"phone": "+49 151 23456789", "timezone": "Europe/Berlin"}
MOSCOW = {"phone": "+7 (926) 123-45-67", "timezone": "Europe/Moscow"}
START = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
MAILING = {
    "text": "Hi",
    "starts_at": START.isoformat(),
    "ends_at": (START + timedelta(days=2)).isoformat(),
    "filter": {"tags": []},
}


def phones(call: Gateway, query: str) -> list[str]:
    return [each["phone"] for each in call("GET", f"client/?{query}").json["items"]]


def both(call: Gateway) -> None:
    for each in (BERLIN, MOSCOW):
        assert call("POST", "client/", each).status == 201


def test_a_phone_of_any_country_is_stored_as_digits(call: Gateway) -> None:
    created = call("POST", "client/", BERLIN)
    assert created.status == 201
    assert created.json == created.json | {
        "phone": "4915123456789",
        "operator_code": None,
        "tags": [],
        "timezone": "Europe/Berlin",
        "attributes": {},
    }
    assert call("POST", "client/", BERLIN | {"phone": "0049-151-23456789"}).status == 409


@pytest.mark.parametrize("written", ["4915123456789", "+4915123456789", "%2B49%20151%2023456789", "004915123456789"])
def test_a_path_takes_the_phone_in_any_international_writing(call: Gateway, written: str) -> None:
    both(call)
    assert call("GET", f"client/{written}/").json["phone"] == "4915123456789"
    assert call("PATCH", f"client/{written}/", {"tags": ["vip"]}).json["tags"] == ["vip"]
    assert call("DELETE", f"client/{written}/").status == 204
    assert [each["key"] for each in call("GET", "audit/?key=4915123456789").json["items"]] == ["4915123456789"] * 3


def test_a_path_that_has_no_phone_is_that_of_no_client(call: Gateway) -> None:
    answer = call("GET", "client/015123456789/")
    assert (answer.status, answer.json["code"], answer.json["params"]) == (
        404,
        "client_not_found",
        {"phone": "015123456789"},
    )


def test_national_writing_is_read_for_the_named_country_only(call: Gateway) -> None:
    national = BERLIN | {"phone": "0151 23456789"}
    assert call("POST", "client/", national).status == 422
    created = call("POST", "client/", national | {"country": "DE"})
    assert (created.status, created.json["phone"]) == (201, "4915123456789")
    changed = call("PATCH", "client/4915123456789/", {"phone": "0151 23456780", "country": "DE"})
    assert (changed.status, changed.json["phone"]) == (200, "4915123456780")
    assert "country" not in changed.json


def test_digits_with_two_meanings_are_refused_with_both(call: Gateway) -> None:
    (error,) = call("POST", "client/", BERLIN | {"phone": "15123456789", "country": "DE"}).json["errors"]
    assert (error["loc"], error["code"]) == (["body", "phone"], "phone_ambiguous")
    assert error["params"] == {"international": "+15123456789", "national": "+4915123456789", "country": "DE"}
    assert call("GET", "client/").json["items"] == []


def test_an_unknown_country_is_refused(call: Gateway) -> None:
    errors = call("POST", "client/", MOSCOW | {"country": "ZZ"}).json["errors"]
    assert [(each["loc"], each["code"]) for each in errors] == [(["body", "country"], "country_unknown")]
    answer = call("POST", "client/import/?country=ZZ", "phone,timezone\n79260000001,UTC\n")
    assert (answer.status, answer.json["errors"][0]["code"]) == (422, "country_unknown")


def test_an_operator_code_is_null_unless_it_is_given_or_that_of_a_seven(call: Gateway) -> None:
    both(call)
    path = "client/4915123456789/"
    assert call("PATCH", path, {"operator_code": "151"}).json["operator_code"] == "151"
    assert call("PATCH", path, {"phone": "+49 151 23456780"}).json["operator_code"] == "151"
    path = "client/4915123456780/"
    assert call("PATCH", path, {"operator_code": None}).json["operator_code"] is None
    assert call("PATCH", path, {"phone": "79031234567"}).json["operator_code"] == "903"
    assert call("PATCH", "client/79031234567/", {"phone": "4915123456780"}).json["operator_code"] is None


def test_a_filter_calls_no_operator_code_none(call: Gateway, engine: Engine) -> None:
    both(call)
    assert phones(call, "operator_code=none") == ["4915123456789"]
    assert phones(call, "operator_code=926") == ["79261234567"]
    assert phones(call, "search=1512345") == ["4915123456789"]
    for codes, clients in ((["none"], 1), (["926"], 1), (["926", "none"], 2), ([], 2)):
        mailing = MAILING | {"filter": {"operator_codes": codes}}
        assert call("POST", "mailing/preview/", mailing).json["audience"] == clients
    created = call("POST", "mailing/", MAILING | {"filter": {"operator_codes": ["none", "903"]}}).json
    assert created["filter"]["operator_codes"] == ["none", "903"]
    assert [each["params"] for each in created["warnings"]] == [{"operator_codes": ["903"]}]
    plan(engine, 1)
    (message,) = call("GET", "mailing/1/message/?phone=%2B4915123456789").json["items"]
    assert message["phone"] == "4915123456789"
    explained = call("GET", "mailing/1/explain/?phone=+49 151 23456789").json
    assert explained["status"] == "pending"
    assert call("GET", "mailing/1/explain/?phone=79261234567").json["verdict_code"] == "not_in_audience"


def test_none_without_such_a_client_is_warned_of(call: Gateway) -> None:
    call("POST", "client/", MOSCOW)
    created = call("POST", "mailing/", MAILING | {"filter": {"operator_codes": ["none"]}}).json
    assert [each["code"] for each in created["warnings"]] == ["operator_codes_without_clients"]


def test_statistics_call_no_operator_code_none(call: Gateway, engine: Engine) -> None:
    both(call)
    call("POST", "mailing/", MAILING)
    plan(engine, 1)
    groups = call("GET", "statistic/1/").json["by_operator_code"]
    assert [(each["operator_code"], each["total"]) for each in groups] == [("926", 1), ("none", 1)]


def test_a_text_with_the_operator_code_needs_one(call: Gateway, engine: Engine) -> None:
    both(call)
    needing = MAILING | {"text": "From {operator_code}"}
    (placeholder,) = call("POST", "mailing/preview/", needing).json["placeholders"]
    assert (placeholder["name"], placeholder["clients_without"], placeholder["has_default"]) == (
        "operator_code",
        1,
        False,
    )
    call("POST", "mailing/", needing)
    plan(engine, 1)
    rules = call("GET", "mailing/1/explain/?phone=4915123456789").json["rules"]
    assert next(each for each in rules if each["rule"] == "text")["code"] == "value_missing"
    assert call("POST", "mailing/preview/", MAILING | {"text": "{operator_code|you}"}).json["segments"]["count"] == 1


def test_importing_an_export_changes_nothing(call: Gateway, engine: Engine) -> None:
    both(call)
    before = call("GET", "client/").json
    exported = call("GET", "client/export/").text
    assert exported.splitlines()[1:] == ["4915123456789,,,Europe/Berlin,,", "79261234567,926,,Europe/Moscow,,"]
    result = call("POST", "client/import/", exported).json
    assert (result["created"], result["updated"], result["refused"]) == (0, 2, [])
    assert call("GET", "client/").json == before
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit WHERE action = 'import'")) == 0


FILE = """\
phone,timezone,name
8 (926) 123-45-67,Europe/Moscow,Ann
+49 151 23456789,Europe/Berlin,Bo
\uff19\uff11\uff16\uff11\uff12\uff13\uff14\uff15\uff16\uff17,Europe/Moscow,Cid
9674447714,Europe/Moscow,Dan
79261234567,Europe/Moscow,Eve
0151 23456789,Europe/Berlin,Fay
"""


def test_a_file_is_read_by_the_rules_of_its_country(call: Gateway) -> None:
    result = call("POST", "client/import/?country=RU", FILE).json
    assert (result["created"], result["updated"]) == (3, 0)
    assert [(each["line"], each["code"]) for each in result["refused"]] == [(5, "phone_ambiguous"), (7, "phone_format")]
    assert result["overridden"] == [{"line": 2, "by_line": 6, "phone": "79261234567"}]
    assert phones(call, "sort=phone") == ["4915123456789", "79161234567", "79261234567"]
    assert result["rows"][0] == {
        "line": 2,
        "written": "8 (926) 123-45-67",
        "phone": "79261234567",
        "operator_code": "926",
        "tags": [],
        "timezone": "Europe/Moscow",
        "attributes": {"name": "Ann"},
        "consent_at": None,
        "consent_source": None,
    }
    assert [(each["line"], each["phone"]) for each in result["rows"]] == [
        (2, "79261234567"),
        (3, "4915123456789"),
        (4, "79161234567"),
        (6, "79261234567"),
    ]


def test_without_a_country_digits_are_international(call: Gateway) -> None:
    result = call("POST", "client/import/", FILE).json
    assert [each["line"] for each in result["refused"]] == [2, 4, 7]
    assert phones(call, "sort=phone") == ["4915123456789", "79261234567", "9674447714"]


def test_ten_rows_are_shown_as_they_were_read(call: Gateway) -> None:
    lines = "".join(f"7926000{number:04d},UTC\n" for number in range(30))
    result = call("POST", "client/import/", f"phone,timezone\nx,UTC\n{lines}").json
    assert [each["line"] for each in result["rows"]] == list(range(3, 13))


def test_a_dry_run_tells_everything_and_stores_nothing(call: Gateway, engine: Engine) -> None:
    call("POST", "client/", MOSCOW | {"tags": ["vip"]})
    before = call("GET", "client/").json
    answer = call("POST", "client/import/?country=RU&dry_run=true", FILE.replace("name", "tags"))
    assert call("GET", "client/").json == before
    assert [each["name"] for each in call("GET", "tag/").json["items"]] == ["vip"]
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit")) == 1
    stored = call("POST", "client/import/?country=RU", FILE.replace("name", "tags"))
    assert answer.json == stored.json
    assert (answer.json["created"], answer.json["updated"]) == (2, 1)


def test_a_dry_run_under_a_key_stores_only_its_answer(call: Gateway) -> None:
    headers = {"Idempotency-Key": "k", "Content-Type": "text/csv"}
    first = call("POST", "client/import/?dry_run=true", FILE, headers=headers)
    assert first.json["created"] == 3
    again = call("POST", "client/import/?dry_run=true", FILE, headers=headers)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert call("GET", "client/").json["items"] == []


def test_a_test_send_takes_national_writing_of_a_named_country(call: Gateway) -> None:
    assert call("POST", "mailing/test/", {"phone": "0151 23456789", "text": "Hi"}).status == 422
    sent = call("POST", "mailing/test/", {"phone": "0151 23456789", "country": "DE", "text": "Hi {operator_code|you}"})
    assert (sent.status, sent.json["phone"], sent.json["text"]) == (202, "4915123456789", "Hi you")
