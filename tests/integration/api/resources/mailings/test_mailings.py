from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from notifications.contracts.enumerations import ProviderKind
from notifications.mailings import planning
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway
from tests.support.mailings.planned import plan, send

START = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
NOW = {
    "text": "Hi",
    "starts_at": START.isoformat(),
    "ends_at": (START + timedelta(days=2)).isoformat(),
    "filter": {"tags": [], "operator_codes": []},
}
LATER = NOW | {"starts_at": (START + timedelta(days=1)).isoformat()}


def clients(call: Gateway, n: int = 3) -> None:
    lines = "".join(f"7926000000{each},UTC\n" for each in range(n))
    call("POST", "client/import/", f"phone,timezone\n{lines}")


@pytest.mark.parametrize("path", ["mailing/", "mailing/preview/"])
def test_a_filter_is_required_and_empty_lists_say_everyone(call: Gateway, path: str) -> None:
    without = {name: value for name, value in LATER.items() if name != "filter"}
    for given, code in (({}, "field_missing"), ({"filter": None}, "not_object"), ({"filter": {}}, "filter_empty")):
        (error,) = call("POST", path, without | given).json["errors"]
        assert (error["loc"], error["code"]) == (["body", "filter"], code)
    assert call("GET", "mailing/").json["items"] == []
    assert call("POST", path, without | {"filter": {"tags": []}}).status in {200, 201}
    assert call("POST", path, without | {"filter": {"tags": [], "operator_codes": []}}).status in {200, 201}


def test_a_mailing_is_returned_as_it_was_given(call: Gateway, triggers: list[str]) -> None:
    given = LATER | {
        "filter": {"tags": ["vip"], "operator_codes": ["926"]},
        "send_window": {"start": "22:00", "end": "06:00"},
        "max_rate": 50,
        "on_unknown": "hold",
        "category": "service",
        "starts_at": "2030-01-01T13:00:00.5+03:00",
        "ends_at": "2030-01-02T10:00:00Z",
    }
    answer = call("POST", "mailing/", given)
    assert answer.status == 201
    assert triggers == ["triggered"]
    stats = dict.fromkeys(
        ("total", "pending", "queued", "sending", "sent", "failed", "expired", "cancelled", "unknown", "suppressed"), 0
    )
    assert answer.json == given | {
        "id": 1,
        "starts_at": "2030-01-01T10:00:00.500000Z",
        "status": "scheduled",
        "stats": stats,
        "messages_removed_at": None,
        "warnings": answer.json["warnings"],
    }
    shown = call("GET", "mailing/1/")
    assert shown.json | {"warnings": answer.json["warnings"]} == answer.json
    assert shown.headers["ETag"] == answer.headers["ETag"]
    assert call("GET", "mailing/").json == {"items": [shown.json], "next": None}


@pytest.mark.parametrize(("provider", "expected"), [(ProviderKind.HTTP, "resend"), (ProviderKind.SNS, "hold")])
@pytest.mark.parametrize("given", [{}, {"on_unknown": None}])
def test_a_message_of_unknown_outcome_is_resent_by_default_only_to_a_provider_that_deduplicates(
    engine: Engine, provider: ProviderKind, expected: str, given: dict[str, None]
) -> None:
    call = api_over(engine, provider=provider)
    created = call("POST", "mailing/", LATER | given)
    assert (created.status, created.json["on_unknown"]) == (201, expected)
    assert call("POST", "mailing/", LATER | {"on_unknown": "resend"}).json["on_unknown"] == "resend"
    assert call("POST", "mailing/preview/", LATER | given).status == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", ""),
        ("text", "x" * 4097),
        ("text", "{"),
        ("text", "{first name}"),
        ("text", "{name}"),
        ("text", None),
        ("text", "\u0000"),
        ("text", "\ud83d"),
        ("starts_at", "2030-01-01T10:00:00"),
        ("starts_at", 1893492000),
        ("starts_at", "1893492000"),
        ("starts_at", "9999-12-31T23:59:59-12:00"),
        ("starts_at", "2030-02-30T10:00:00Z"),
        ("ends_at", "2020-01-01T10:00:00Z"),
        ("ends_at", None),
        ("send_window", {"start": "09:00", "end": "09:00"}),
        ("send_window", {"start": "24:00", "end": "09:00"}),
        ("send_window", {"start": "9:00", "end": "10:00"}),
        ("send_window", {"start": "09:00"}),
        ("max_rate", 0),
        ("max_rate", 2**31),
        ("max_rate", 1.5),
        ("max_rate", "5"),
        ("max_rate", True),
        ("filter", {"tags": [""]}),
        ("filter", {"operator_codes": ["9"]}),
        ("filter", {"phones": []}),
        ("filter", None),
        ("on_unknown", "drop"),
        ("status", "running"),
    ],
)
def test_bad_values_are_refused_by_name(call: Gateway, field: str, value: Any) -> None:
    answer = call("POST", "mailing/", LATER | {field: value})
    assert answer.status == 422
    assert field in str(answer.json["errors"])
    call("POST", "mailing/", LATER)
    assert call("PATCH", "mailing/1/", {field: value}).status == 422


def test_patch_changes_only_the_given_fields(call: Gateway, triggers: list[str]) -> None:
    call("POST", "mailing/", LATER | {"max_rate": 5})
    before = call("GET", "mailing/1/").json
    window = {"start": "09:00", "end": "21:00"}
    assert call("PATCH", "mailing/1/", {"send_window": window}).json == before | {"send_window": window}
    assert call("PATCH", "mailing/1/", {"send_window": None, "max_rate": None}).json == before | {"max_rate": None}
    assert call("PATCH", "mailing/1/", {"filter": {"tags": ["vip"]}}).json["filter"] == {
        "tags": ["vip"],
        "operator_codes": [],
    }
    assert call("PATCH", "mailing/1/", {}).status == 200
    assert call("PATCH", "mailing/1/", {"ends_at": before["starts_at"]}).status == 422
    assert len(triggers) == 5


def test_fields_fixed_at_the_start_cannot_be_changed_after_it(call: Gateway, engine: Engine) -> None:
    call("POST", "mailing/", NOW)
    clients(call)
    plan(engine, 1)
    assert call("PATCH", "mailing/1/", {"filter": {"tags": ["vip"]}}).status == 409
    assert call("PATCH", "mailing/1/", {"starts_at": LATER["starts_at"]}).status == 409
    assert call("PATCH", "mailing/1/", {"text": "Hello"}).json["text"] == "Hello"


def test_a_mailing_is_paused_resumed_and_cancelled_by_the_api(call: Gateway, triggers: list[str]) -> None:
    call("POST", "mailing/", LATER)
    assert call("POST", "mailing/1/pause/").json["status"] == "paused"
    assert call("POST", "mailing/1/resume/").json["status"] == "scheduled"
    assert call("POST", "mailing/1/cancel/").json["status"] == "cancelled"
    assert call("POST", "mailing/1/resume/").status == 409
    assert call("POST", "mailing/1/retry/").status == 409
    assert call("PATCH", "mailing/1/", {"text": "x"}).status == 409
    assert len(triggers) == 4


def test_retry_puts_failed_messages_back(call: Gateway, engine: Engine) -> None:
    clients(call)
    call("POST", "mailing/", NOW)
    plan(engine, 1)
    send(engine, 1, [("failed", "no such number"), ("sent", None)])
    assert call("POST", "mailing/1/retry/").json["stats"]["pending"] == 2


def test_a_mailing_is_deleted(call: Gateway) -> None:
    call("POST", "mailing/", LATER)
    assert call("DELETE", "mailing/1/").status == 204
    for path in ("mailing/1/", "mailing/1/message/", "mailing/1/explain/?phone=79260000000", "statistic/1/"):
        assert call("GET", path).status == 404
    assert call("GET", "mailing/").json["items"] == []
    assert call("POST", "mailing/1/pause/").status == 404


def test_mailings_are_listed_by_status_and_start(call: Gateway) -> None:
    for hours in (3, 1, 2):
        call("POST", "mailing/", LATER | {"starts_at": (START + timedelta(hours=hours)).isoformat()})
    call("POST", "mailing/2/pause/")

    def ids(query: str) -> list[int]:
        page = call("GET", f"mailing/?limit=1&{query}").json
        found = [each["id"] for each in page["items"]]
        return found + (ids(f"{query.partition('&cursor')[0]}&cursor={page['next']}") if page["next"] else [])

    assert ids("") == [3, 2, 1]
    assert ids("sort=id") == [1, 2, 3]
    assert ids("sort=starts_at") == [2, 3, 1]
    assert ids("sort=-starts_at") == [1, 3, 2]
    assert ids("status=paused") == [2]


def test_changing_counts_make_no_update_stale(call: Gateway, engine: Engine) -> None:
    clients(call)
    etag = call("POST", "mailing/", NOW).headers["ETag"]
    plan(engine, 1)
    assert call("GET", "mailing/1/", headers={"If-None-Match": etag}).status == 200
    changed = call("PATCH", "mailing/1/", {"text": "Hello"}, headers={"If-Match": etag})
    assert changed.status == 200
    assert call("PATCH", "mailing/1/", {"text": "Hey"}, headers={"If-Match": etag}).status == 412
    assert call("POST", "mailing/1/pause/", headers={"If-Match": etag}).status == 412
    assert call("GET", "mailing/1/", headers={"If-None-Match": changed.headers["ETag"]}).status == 304


@pytest.mark.parametrize("mailing_id", ["0", "-1", "x", str(2**63), "1.5", "9" * 5000])
def test_bad_ids_are_refused(call: Gateway, mailing_id: str) -> None:
    assert call("GET", f"mailing/{mailing_id}/").status == 422


def test_a_text_may_use_any_attribute_of_a_client(call: Gateway) -> None:
    (error,) = call("POST", "mailing/", LATER | {"text": "{name}"}).json["errors"]
    assert (error["loc"], error["code"], error["params"]) == (
        ["body", "text"],
        "attributes_unknown",
        {"names": ["name"]},
    )
    assert call("POST", "mailing/", LATER | {"text": "{name|client} {phone} {operator_code} {{x}}"}).status == 201
    call("POST", "client/", {"phone": "79260000000", "timezone": "UTC", "attributes": {"name": "Ann"}})
    assert call("POST", "mailing/", LATER | {"text": "{name}"}).status == 201
    assert call("PATCH", "mailing/1/", {"text": "{surname}"}).status == 422


def test_a_placeholder_in_another_case_names_the_attribute_that_is_meant(call: Gateway) -> None:
    call("POST", "client/", {"phone": "79260000000", "timezone": "UTC", "attributes": {"Name": "Ann"}})
    refused = call("POST", "mailing/", NOW | {"text": "Hi {name}"})
    (error,) = refused.json["errors"]
    assert (refused.status, error["code"]) == (422, "attributes_misspelt")
    assert error["params"] == {"names": ["name"], "similar": ["Name"]}


def test_messages_of_a_mailing_are_listed_and_filtered(call: Gateway, engine: Engine) -> None:
    clients(call)
    call("POST", "mailing/", NOW)
    plan(engine, 1)
    send(engine, 1, [("failed", "no such number"), ("sent", None)])
    call("DELETE", "client/79260000002/")
    items = call("GET", "mailing/1/message/").json["items"]
    assert [(each["phone"], each["status"], each["last_error"]) for each in items] == [
        ("79260000000", "failed", "no such number"),
        ("79260000001", "sent", None),
        (None, "cancelled", "the client was deleted"),
    ]
    assert items[1]["sent_at"].endswith("Z")
    assert [each["id"] for each in call("GET", "mailing/1/message/?status=failed").json["items"]] == [1]
    assert [each["id"] for each in call("GET", "mailing/1/message/?phone=79260000001").json["items"]] == [2]
    page = call("GET", "mailing/1/message/?limit=2&sort=-id").json
    assert [each["id"] for each in page["items"]] == [3, 2]
    assert call("GET", f"mailing/1/message/?sort=-id&cursor={page['next']}").json["items"][0]["id"] == 1
    assert call("GET", "mailing/1/message/?status=lost").status == 422


def test_messages_follow_a_changed_time_zone_of_their_client(call: Gateway, engine: Engine) -> None:
    clients(call, 1)
    begins, ends = START + timedelta(hours=-1), START + timedelta(hours=1)
    call("POST", "mailing/", NOW | {"send_window": {"start": f"{begins:%H:%M}", "end": f"{ends:%H:%M}"}})
    plan(engine, 1)
    call("PATCH", "client/79260000000/", {"timezone": "Asia/Omsk"})
    with engine.begin() as connection:
        assert planning.reopen(connection, 1, now=datetime.now(UTC), at_most=100) == 1
    due = datetime.fromisoformat(call("GET", "mailing/1/message/").json["items"][0]["due_at"])
    # Omsk is six hours ahead of UTC: its window is over for today.
    assert due == (begins - timedelta(hours=6) + timedelta(days=1)).replace(second=0)
