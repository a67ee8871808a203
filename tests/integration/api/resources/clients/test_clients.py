import threading
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from notifications.clients.tags import assignment as client_tags
from tests.support.functions.gateway import Answer, Gateway

ANN = {"phone": "79261234567", "timezone": "Europe/Moscow", "tags": ["VIP", "new"], "attributes": {"name": "Ann"}}


def test_creates_a_client_and_derives_the_operator_code(call: Gateway) -> None:
    answer = call("POST", "client/", ANN)
    assert answer.status == 201
    times = {"created_at": answer.json["created_at"], "updated_at": answer.json["created_at"]}
    assert answer.json == times | {
        "phone": "79261234567",
        "operator_code": "926",
        "tags": ["new", "VIP"],
        "timezone": "Europe/Moscow",
        "attributes": {"name": "Ann"},
        "consent_at": None,
        "consent_source": None,
    }
    assert call("GET", "client/79261234567/").json == answer.json | {"opt_out": None}


@pytest.mark.parametrize("path", ["client/79261234567", "client/79261234567/"])
def test_the_slash_at_the_end_is_optional(call: Gateway, path: str) -> None:
    call("POST", "client", ANN)
    assert call("GET", path).status == 200


def test_a_second_client_with_the_phone_is_a_conflict(call: Gateway) -> None:
    call("POST", "client/", ANN)
    assert call("POST", "client/", ANN).status == 409


def test_a_refused_client_leaves_no_rows(call: Gateway) -> None:
    call("POST", "client/", ANN)
    taken = ANN | {"tags": ["other"], "attributes": {"surname": "Lee"}}
    assert call("POST", "client/", taken).status == 409
    assert call("GET", "tag/other/").status == 404
    assert "surname" not in call("GET", "client/export/").text
    assert len(call("GET", "audit/").json["items"]) == 1


def test_the_audit_log_has_a_new_client_as_the_api_shows_it(call: Gateway) -> None:
    shown = call("POST", "client/", ANN | {"attributes": {"name": "Ann", "visits": 3, "vip": True}}).json
    (line,) = call("GET", "audit/").json["items"]
    logged = {name: value for name, value in shown.items() if name not in {"created_at", "updated_at"}}
    assert (line["key"], line["before"], line["after"]) == ("79261234567", None, logged)


def test_a_tag_created_concurrently_is_used_in_its_spelling(call: Gateway, engine: Engine) -> None:
    answers: list[Answer] = []
    creation = threading.Thread(target=lambda: answers.append(call("POST", "client/", ANN)))
    other = create_engine(engine.url)
    with other.connect() as connection:
        client_tags.get_or_create(connection, ["vip"])
        creation.start()
        while not connection.execute(text("SELECT 1 FROM pg_locks WHERE NOT granted")).all():
            assert creation.is_alive()
        connection.commit()
    creation.join()
    other.dispose()
    assert answers[0].json["tags"] == ["new", "vip"]


def test_old_names_of_zones_are_replaced_by_current_ones(call: Gateway) -> None:
    assert call("POST", "client/", ANN | {"timezone": "Europe/Kiev"}).json["timezone"] == "Europe/Kyiv"


def test_patch_changes_only_the_given_fields(call: Gateway) -> None:
    before = call("POST", "client/", ANN).json
    after = call("PATCH", "client/79261234567/", {"operator_code": "903"})
    assert after.json == before | {"operator_code": "903", "updated_at": after.json["updated_at"]}
    assert call("PATCH", "client/79261234567/", {}).json == after.json
    assert call("PATCH", "client/79261234567/", {"tags": []}).json["tags"] == []


def test_a_derived_operator_code_follows_the_phone_and_a_given_one_stays(call: Gateway) -> None:
    call("POST", "client/", ANN)
    assert call("PATCH", "client/79261234567/", {"phone": "79031234567"}).json["operator_code"] == "903"
    call("PATCH", "client/79031234567/", {"operator_code": "999"})
    assert call("PATCH", "client/79031234567/", {"phone": "79261234567"}).json["operator_code"] == "999"
    both = {"phone": "79051234567", "operator_code": "926"}
    assert call("PATCH", "client/79261234567/", both).json["operator_code"] == "926"


def test_patch_to_a_phone_that_is_taken_is_a_conflict(call: Gateway) -> None:
    call("POST", "client/", ANN)
    call("POST", "client/", ANN | {"phone": "79030000000"})
    assert call("PATCH", "client/79030000000/", {"phone": "79261234567"}).status == 409
    assert call("PATCH", "client/79030000000/", {"phone": "79030000001"}).json["phone"] == "79030000001"


def test_deletes_a_client(call: Gateway) -> None:
    call("POST", "client/", ANN)
    assert call("DELETE", "client/79261234567/").status == 204
    assert call("GET", "client/79261234567/").status == 404
    assert call("DELETE", "client/79261234567/").status == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "89261234567"),
        ("phone", "7926123456"),
        ("phone", "7926123456\u0967"),
        ("phone", 79261234567),
        ("phone", None),
        ("operator_code", "92"),
        ("timezone", "Mars/Base"),
        ("timezone", "europe/moscow"),
        ("timezone", "../../etc/passwd"),
        ("tags", ["a" * 65]),
        ("tags", [""]),
        ("tags", "vip"),
        ("tags", [1]),
        ("tags", ["a\u0000"]),
        ("tags", ["\ud800"]),
        ("attributes", {"name": ["Ann"]}),
        ("attributes", {"name": None}),
        ("attributes", {"phone": "1"}),
        ("attributes", {"first name": "Ann"}),
        ("attributes", {"n": 10**40}),
        ("attributes", {"n": 1e16}),
        ("attributes", {"n": "x" * 1001}),
        ("attributes", {"n": "\u0000"}),
        ("attributes", {f"a{n}": 1 for n in range(51)}),
        ("surname", "Lee"),
    ],
)
def test_bad_values_are_refused_by_name(call: Gateway, field: str, value: Any) -> None:
    answer = call("POST", "client/", ANN | {field: value})
    assert answer.status == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert field in str(answer.json["errors"])
    call("POST", "client/", ANN)
    assert call("PATCH", "client/79261234567/", {field: value}).status == 422


def test_filters_combine(call: Gateway) -> None:
    for phone, tags, zone in [
        ("79260000001", ["vip"], "Europe/Moscow"),
        ("79260000002", ["vip"], "Asia/Omsk"),
        ("79030000003", ["vip"], "Asia/Omsk"),
        ("79030000004", [], "Asia/Omsk"),
    ]:
        call("POST", "client/", {"phone": phone, "tags": tags, "timezone": zone})

    def phones(query: str) -> list[str]:
        return [each["phone"][-1] for each in call("GET", f"client/?{query}").json["items"]]

    assert phones("") == ["1", "2", "3", "4"]
    assert phones("tag=VIP") == ["1", "2", "3"]
    assert phones("tag=vip&timezone=Asia/Omsk") == ["2", "3"]
    assert phones("tag=vip&timezone=Asia/Omsk&operator_code=903") == ["3"]
    assert phones("search=7926") == ["1", "2"]
    assert phones("search=79260000002") == ["2"]
    assert phones("search=%2B7%20926-000-00-02") == ["2"]
    assert phones("search=0003&tag=vip") == ["3"]
    assert phones("sort=-phone&limit=2") == ["2", "1"]


@pytest.mark.parametrize("sort", ["id", "-id", "phone", "-phone"])
def test_pages_show_each_client_once_while_others_are_created(call: Gateway, sort: str) -> None:
    for n in range(10, 30, 2):
        call("POST", "client/", ANN | {"phone": f"792600000{n}"})
    seen: list[str] = []
    cursor = ""
    for n in range(100):
        page = call("GET", f"client/?limit=3&sort={sort}{cursor}").json
        seen += [each["phone"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
        call("POST", "client/", ANN | {"phone": f"792600000{11 + 2 * n}"})
    assert len(seen) == len(set(seen))
    assert {f"792600000{n}" for n in range(10, 30, 2)} <= set(seen)


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=501", "limit=x", "limit=1&limit=2", "cursor=x", "cursor=W10", "sort=name", "tag=", "search=a",
     "search=%00", "cursor=WyJpZCIsICJhIl0", "cursor=WyJpZCIsIDFlOTldXQ", "timezone=Mars", "operator_code=1"],
)  # fmt: skip
def test_bad_parameters_are_refused(call: Gateway, query: str) -> None:
    answer = call("GET", f"client/?{query}")
    assert answer.status == 422
    assert answer.json["errors"][0]["loc"][0] == "query"


def test_a_cursor_belongs_to_its_order(call: Gateway) -> None:
    for n in range(2):
        call("POST", "client/", ANN | {"phone": f"7926000000{n}"})
    cursor = call("GET", "client/?limit=1").json["next"]
    assert call("GET", f"client/?sort=-id&cursor={cursor}").status == 422


def test_a_stale_change_is_refused(call: Gateway) -> None:
    etag = call("POST", "client/", ANN).headers["ETag"]
    assert call("GET", "client/79261234567/").headers["ETag"] == etag
    changed = call("PATCH", "client/79261234567/", {"operator_code": "903"}, headers={"If-Match": etag})
    assert changed.status == 200
    stale = call("PATCH", "client/79261234567/", {"operator_code": "999"}, headers={"If-Match": etag})
    assert stale.status == 412
    assert call("DELETE", "client/79261234567/", headers={"If-Match": etag}).status == 412
    assert call("DELETE", "client/79261234567/", headers={"If-Match": changed.headers["ETag"]}).status == 204


def test_an_unchanged_resource_is_answered_with_304(call: Gateway) -> None:
    etag = call("POST", "client/", ANN).headers["ETag"]
    known = call("GET", "client/79261234567/", headers={"If-None-Match": f'"other", {etag}'})
    assert (known.status, known.body, known.headers["ETag"]) == (304, b"", etag)
    assert call("GET", "client/79261234567/", headers={"If-None-Match": '"other"'}).status == 200
