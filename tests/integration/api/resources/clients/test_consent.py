"""Consent to marketing: its time and source, given together, by every way in which a client is stored."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from tests.support.database.contents import fuzzed
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway

PHONE = "79260000001"
PATH = f"client/{PHONE}/"
AT = "2026-01-02T03:04:05Z"
CONSENT = {"consent_at": AT, "consent_source": "form"}
NONE = {"consent_at": None, "consent_source": None}
ANN = {"phone": PHONE, "timezone": "UTC"}
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()


def consent(client: dict[str, Any]) -> dict[str, Any]:
    return {name: client[name] for name in NONE}


def stored(call: Gateway) -> dict[str, Any]:
    return consent(call("GET", PATH).json)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, NONE),
        (NONE, NONE),
        (CONSENT, CONSENT),
        ({"consent_at": "2026-01-02T06:04:05+03:00"}, {"consent_at": AT, "consent_source": None}),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_client_is_created_with_its_consent(
    call: Gateway, method: str, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    answer = call(method, "client/" if method == "POST" else PATH, ANN | given)
    assert (answer.status, consent(answer.json)) == (201, expected)
    assert stored(call) == expected
    (entry,) = call("GET", f"audit/?key={PHONE}").json["items"]
    assert consent(entry["after"]) == expected


def test_put_replaces_a_consent(call: Gateway) -> None:
    call("POST", "client/", ANN | CONSENT)
    other = {"consent_at": "2026-02-01T00:00:00Z", "consent_source": "call"}
    assert consent(call("PUT", PATH, {"timezone": "UTC"} | other).json) == other
    assert consent(call("PUT", PATH, {"timezone": "UTC"}).json) == NONE


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"timezone": "Asia/Omsk"}, CONSENT),
        ({"consent_at": AT, "consent_source": "call"}, CONSENT | {"consent_source": "call"}),
        ({"consent_at": "2026-02-01T00:00:00Z"}, {"consent_at": "2026-02-01T00:00:00Z", "consent_source": None}),
        ({"consent_at": None}, NONE),
        (NONE, NONE),
    ],
)
def test_patch_changes_a_consent_as_a_whole(call: Gateway, change: dict[str, Any], expected: dict[str, Any]) -> None:
    created = call("POST", "client/", ANN | CONSENT)
    changed = call("PATCH", PATH, change)
    assert (changed.status, consent(changed.json), stored(call)) == (200, expected, expected)
    assert changed.headers["ETag"] != created.headers["ETag"]
    entry = call("GET", f"audit/?key={PHONE}").json["items"][0]
    assert (consent(entry["before"]), consent(entry["after"])) == (CONSENT, expected)


def test_the_same_consent_is_no_change(call: Gateway) -> None:
    created = call("POST", "client/", ANN | CONSENT)
    same = call("PATCH", PATH, {"consent_at": "2026-01-02T06:04:05+03:00", "consent_source": "form"})
    assert (same.json, same.headers["ETag"]) == (created.json, created.headers["ETag"])
    call("POST", "client/import/", f"phone,timezone,consent_at,consent_source\n{PHONE},UTC,{AT},form\n")
    assert len(call("GET", f"audit/?key={PHONE}").json["items"]) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"consent_at": TOMORROW}, "consent_at", "time_in_future"),
        ({"consent_at": "2026-01-02"}, "consent_at", "time_format"),
        ({"consent_at": "1969-12-31T23:59:59Z"}, "consent_at", "time_range"),
        ({"consent_source": "form"}, "consent_source", "consent_time_missing"),
        ({"consent_at": None, "consent_source": "form"}, "consent_source", "consent_time_missing"),
        ({"consent_at": AT, "consent_source": "x" * 201}, "consent_source", "too_long"),
        ({"consent_at": AT, "consent_source": ""}, "consent_source", "too_short"),
    ],
)
def test_bad_consents_are_refused(call: Gateway, method: str, given: dict[str, Any], field: str, code: str) -> None:
    if method == "PATCH":
        call("POST", "client/", ANN)
    body = given if method == "PATCH" else ANN | given
    answer = call(method, "client/" if method == "POST" else PATH, body)
    (found,) = answer.json["errors"]
    assert (answer.status, found["loc"], found["code"]) == (422, ["body", field], code)
    assert call("GET", PATH).json.get("consent_at") is None


def test_a_clock_may_be_a_little_ahead(call: Gateway) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=30)).isoformat()
    assert call("POST", "client/", ANN | {"consent_at": soon}).status == 201


def upload(call: Gateway, columns: str, *rows: str) -> dict[str, Any]:
    body = "".join(f"{each}\n" for each in (f"phone,timezone{columns}", *rows))
    found: dict[str, Any] = call("POST", "client/import/", body).json
    return found


def test_a_file_without_the_columns_keeps_consents(call: Gateway) -> None:
    call("POST", "client/", ANN | CONSENT)
    upload(call, ",tags", f"{PHONE},Asia/Omsk,vip")
    assert stored(call) == CONSENT


def test_a_file_sets_and_removes_consents(call: Gateway) -> None:
    assert upload(call, ",Consent_At, consent_source ", f"{PHONE},UTC, {AT} ,'=form")["rows"][0] | {} == {
        "line": 2, "written": PHONE, "phone": PHONE, "operator_code": "926", "tags": [], "timezone": "UTC",
        "attributes": {}, "consent_at": AT, "consent_source": "=form",
    }  # fmt: skip
    assert stored(call) == {"consent_at": AT, "consent_source": "=form"}
    upload(call, ",consent_at", f"{PHONE},UTC,2026-02-01T00:00:00Z")
    assert stored(call) == {"consent_at": "2026-02-01T00:00:00Z", "consent_source": None}
    upload(call, ",consent_at", f"{PHONE},UTC,")
    assert stored(call) == NONE


def test_bad_consents_in_a_file_are_refused_by_row(call: Gateway) -> None:
    found = upload(
        call,
        ",consent_at,consent_source",
        f"{PHONE},UTC,{TOMORROW},",
        f"{PHONE},UTC,02.01.2026,",
        f"{PHONE},UTC,,form",
        f"{PHONE},UTC,{AT},{'x' * 201}",
    )
    assert [(each["line"], each["field"], each["code"]) for each in found["refused"]] == [
        (2, "consent_at", "time_in_future"),
        (3, "consent_at", "time_format"),
        (4, "consent_source", "consent_time_missing"),
        (5, "consent_source", "too_long"),
    ]
    assert call("GET", PATH).status == 404


def test_a_source_needs_the_column_of_its_time(call: Gateway) -> None:
    answer = call("POST", "client/import/", f"phone,timezone,consent_source\n{PHONE},UTC,form\n")
    (found,) = answer.json["errors"]
    assert (answer.status, found["code"], found["params"]) == (422, "csv_columns_missing", {"columns": ["consent_at"]})


def test_an_attribute_with_the_name_of_a_field_is_not_exported(call: Gateway, engine: Engine) -> None:
    call("POST", "client/", ANN)
    with engine.begin() as connection:
        # As the version before stored it, to which the name was that of an attribute.
        connection.execute(text("INSERT INTO attribute (name) VALUES ('consent_at')"))
    assert call("GET", "client/export/").text.count("consent_at") == 1
    answer = call("PATCH", PATH, {"attributes": {"consent_at": AT}})
    assert answer.json["errors"][0]["code"] == "attribute_name_reserved"


moments = st.datetimes(datetime(1970, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
sources = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=200)


@fuzzed(60)
@given(at=st.none() | moments, source=st.none() | sources)
def test_an_export_keeps_any_consent(engine: Engine, at: datetime | None, source: str | None) -> None:
    call = api_over(engine)
    call("DELETE", PATH)
    given = {"consent_at": at and at.isoformat(), "consent_source": source if at else None}
    created = consent(call("POST", "client/", ANN | given).json)
    file = call("GET", "client/export/").body
    call("DELETE", PATH)
    assert call("POST", "client/import/", file).json["created"] == 1
    assert stored(call) == created
    assert call("POST", "client/import/", file).json["updated"] == 1
    assert stored(call) == created == given | {"consent_at": created["consent_at"]}
