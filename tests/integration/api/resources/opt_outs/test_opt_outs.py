"""`optout/`: recorded, widened, listed and lifted, with entries in the audit log."""

from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway, machine, user
from tests.support.sender.scenario import SenderScenario

PHONE = "79260000001"
PATH = f"optout/{PHONE}/"


def entries(call: Gateway) -> list[dict[str, Any]]:
    """Return the audit log of opt-outs, the first entry first."""
    found: list[dict[str, Any]] = call("GET", "audit/?kind=opt_out&sort=id").json["items"]
    return found


def test_an_opt_out_is_recorded_and_read(call: Gateway) -> None:
    answer = call("POST", "optout/", {"phone": "+7 926 000-00-01", "reason": " asked by telephone "})
    assert (answer.status, answer.headers["Location"]) == (201, f"{PHONE}/")
    shown = {"phone": PHONE, "scope": "all", "source": "operator", "reason": "asked by telephone"}
    assert answer.json == shown | {"at": answer.json["at"]}
    assert call("GET", PATH).json == answer.json
    (entry,) = entries(call)
    assert (entry["action"], entry["key"], entry["before"], entry["after"]) == ("create", PHONE, None, answer.json)


def test_the_source_of_a_machine_is_the_api(call: Gateway) -> None:
    program = call.with_claims(machine("notifications/operator"))
    assert program("POST", "optout/", {"phone": PHONE}).json["source"] == "api"


def test_a_phone_as_its_country_writes_it(call: Gateway) -> None:
    answer = call("POST", "optout/", {"country": "RU", "phone": "8 926 000 00 01"})
    assert (answer.status, answer.json["phone"]) == (201, PHONE)


def test_an_opt_out_is_widened_and_never_narrowed(call: Gateway) -> None:
    narrow = call("POST", "optout/", {"phone": PHONE, "scope": "marketing", "reason": "first"})
    again = call("POST", "optout/", {"phone": PHONE, "scope": "marketing", "reason": "second"})
    assert (narrow.status, again.status, again.json) == (201, 200, narrow.json)
    assert "Location" not in again.headers
    wide = call("POST", "optout/", {"phone": PHONE, "reason": "third"})
    assert (wide.status, wide.json["scope"], wide.json["reason"]) == (201, "all", "third")
    last = call("POST", "optout/", {"phone": PHONE, "scope": "marketing"})
    assert (last.status, last.json) == (200, wide.json)
    assert [(each["action"], each["before"], each["after"]) for each in entries(call)] == [
        ("create", None, narrow.json),
        ("change", narrow.json, wide.json),
    ]


def test_a_wider_opt_out_without_a_reason_keeps_the_stored_one(call: Gateway) -> None:
    call("POST", "optout/", {"phone": PHONE, "scope": "marketing", "reason": "first"})
    wide = call("POST", "optout/", {"phone": PHONE})
    assert (wide.json["scope"], wide.json["reason"]) == ("all", "first")
    assert call("GET", PATH).json == wide.json


def test_waiting_messages_are_suppressed_before_the_answer(engine: Engine) -> None:
    scenario = SenderScenario(engine)
    scenario.fill(3)
    call = api_over(engine, now=lambda: scenario.now)
    assert call("POST", "optout/", {"phone": PHONE}).status == 201
    assert scenario.statuses() == {"suppressed": 1, "queued": 2}


def test_an_opt_out_that_stands_suppresses_what_waits_as_well(engine: Engine) -> None:
    scenario = SenderScenario(engine)
    call = api_over(engine, now=lambda: scenario.now)
    call("POST", "optout/", {"phone": PHONE, "scope": "marketing"})
    scenario.fill(2)
    assert call("POST", "optout/", {"phone": PHONE, "scope": "marketing"}).status == 200
    assert scenario.statuses() == {"suppressed": 1, "queued": 1}


def test_an_opt_out_is_lifted_with_a_reason(call: Gateway) -> None:
    before = call("POST", "optout/", {"phone": PHONE}).json
    assert call("DELETE", f"{PATH}?reason=asked%20again").status == 204
    missing = call("GET", PATH)
    assert (missing.status, missing.json["code"], missing.json["params"]) == (
        404, "opt_out_not_found", {"phone": PHONE}
    )  # fmt: skip
    assert call("DELETE", f"{PATH}?reason=asked%20again").status == 404
    lifted = entries(call)[-1]
    assert (lifted["action"], lifted["before"], lifted["after"]) == ("delete", before, {"reason": "asked again"})
    assert call("POST", "optout/", {"phone": PHONE}).status == 201


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "field_missing"),
        ("?reason=", "too_short"),
        ("?reason=%20", "too_short"),
        (f"?reason={'x' * 501}", "too_long"),
    ],
)
def test_an_opt_out_is_not_lifted_without_a_reason(call: Gateway, query: str, code: str) -> None:
    call("POST", "optout/", {"phone": PHONE})
    answer = call("DELETE", f"{PATH}{query}")
    (found,) = answer.json["errors"]
    assert (answer.status, found["loc"], found["code"]) == (422, ["query", "reason"], code)
    assert call("GET", PATH).status == 200


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "phone", "field_missing"),
        ({"phone": "12"}, "phone", "phone_format"),
        ({"phone": PHONE, "scope": "service"}, "scope", "not_allowed"),
        ({"phone": PHONE, "reason": "x" * 501}, "reason", "too_long"),
        ({"phone": PHONE, "reason": ""}, "reason", "too_short"),
        ({"phone": PHONE, "source": "reply"}, "source", "field_unknown"),
        ({"phone": PHONE, "country": "Russia"}, "country", "country_unknown"),
    ],
)
def test_bad_input_names_its_field(call: Gateway, body: dict[str, str], field: str, code: str) -> None:
    answer = call("POST", "optout/", body)
    assert answer.status == 422
    assert (["body", field], code) in [(each["loc"], each["code"]) for each in answer.json["errors"]]
    assert call("GET", "optout/").json["items"] == []


def test_viewers_read_operators_record_and_admins_lift(call: Gateway) -> None:
    viewer, operator = (call.with_claims(user(role)) for role in ("viewer", "operator"))
    assert viewer("POST", "optout/", {"phone": PHONE}).status == 403
    assert viewer("POST", "optout/import/", f"phone\n{PHONE}\n").status == 403
    assert operator("POST", "optout/", {"phone": PHONE}).status == 201
    assert operator("POST", "optout/import/", f"phone\n{PHONE}\n").status == 200
    assert viewer("GET", "optout/").status == viewer("GET", PATH).status == 200
    assert operator("DELETE", f"{PATH}?reason=x").status == 403
    assert call("DELETE", f"{PATH}?reason=x").status == 204


FILE = """\
phone,scope,source,at
79260000001,all,reply,2026-01-03T00:00:00Z
79260000002,marketing,import,2026-01-02T00:00:00Z
79031230003,all,provider,2026-01-01T00:00:00Z
79031230004,marketing,reply,2026-01-02T00:00:00Z
"""


@pytest.mark.parametrize(
    ("query", "phones"),
    [
        ("", ["79260000001", "79260000002", "79031230004", "79031230003"]),
        ("sort=at", ["79031230003", "79031230004", "79260000002", "79260000001"]),
        ("sort=phone", ["79031230003", "79031230004", "79260000001", "79260000002"]),
        ("scope=marketing&sort=phone", ["79031230004", "79260000002"]),
        ("source=reply&sort=phone", ["79031230004", "79260000001"]),
        ("source=reply&scope=all", ["79260000001"]),
        ("search=0312&sort=phone", ["79031230003", "79031230004"]),
        ("search=4", ["79031230004"]),
        ("search=%2B7%20(903)%20123-00-04", ["79031230004"]),
        ("search=999", []),
    ],
)  # fmt: skip
def test_a_list_is_filtered_and_sorted(call: Gateway, query: str, phones: list[str]) -> None:
    call("POST", "optout/import/", FILE)
    assert [each["phone"] for each in call("GET", f"optout/?{query}").json["items"]] == phones


@pytest.mark.parametrize("sort", ["at", "-at", "phone"])
def test_pages_show_each_opt_out_once(call: Gateway, sort: str) -> None:
    call("POST", "optout/import/", FILE)
    whole = call("GET", f"optout/?sort={sort}").json["items"]
    shown, cursor = list[dict[str, Any]](), ""
    for _ in whole:
        page = call("GET", f"optout/?sort={sort}&limit=1{cursor}").json
        shown += page["items"]
        cursor = f"&cursor={page['next']}"
    assert (len(shown), shown, page["next"]) == (4, whole, None)


def test_a_repeated_call_has_the_same_answer_and_one_effect(call: Gateway) -> None:
    first, again = (call("POST", "optout/", {"phone": PHONE}, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (again.status, again.json, again.headers["Idempotency-Replayed"]) == (201, first.json, "true")
    assert len(entries(call)) == 1


def test_a_large_list_is_searched_by_its_index(call: Gateway, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO opt_out (phone, scope, source, at)
                SELECT (79000000000 + n * 7919)::text, 'all', 'import', now() FROM generate_series(1, 20000) AS n
            """)
        )
    assert [each["phone"] for each in call("GET", "optout/?search=79079190000").json["items"]] == ["79079190000"]
