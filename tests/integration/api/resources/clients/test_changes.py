"""Creation or replacement of a client, changes of its tags, its times, and the size of a list."""

from typing import Any

import pytest
from sqlalchemy import Engine, text

from notifications.clients.audience import counts as audience_counts
from tests.support.functions.gateway import Gateway, user

PHONE = "79261234567"
PATH = f"client/{PHONE}/"
ANN = {"phone": PHONE, "timezone": "Europe/Moscow", "tags": ["VIP", "new"], "attributes": {"name": "Ann"}}


def error(call: Gateway, method: str, path: str, body: Any) -> tuple[list[Any], str]:
    answer = call(method, path, body)
    assert answer.status == 422
    (found,) = answer.json["errors"]
    return found["loc"], found["code"]


def audited(call: Gateway) -> list[str]:
    return [line["action"] for line in call("GET", f"audit/?key={PHONE}&sort=id").json["items"]]


def test_put_creates_a_client_and_then_replaces_it(call: Gateway) -> None:
    created = call("PUT", PATH, ANN)
    assert (created.status, created.json["tags"]) == (201, ["new", "VIP"])
    assert created.headers["ETag"] == call("GET", PATH).headers["ETag"]
    replaced = call("PUT", PATH, {"timezone": "Asia/Omsk", "operator_code": "903"})
    assert replaced.status == 200
    assert replaced.json == call("GET", PATH).json
    assert replaced.json == {
        "phone": PHONE,
        "operator_code": "903",
        "tags": [],
        "timezone": "Asia/Omsk",
        "attributes": {},
        "created_at": created.json["created_at"],
        "updated_at": replaced.json["updated_at"],
    }
    assert call("PUT", PATH, {"timezone": "Asia/Omsk"}).json["operator_code"] == "926"
    assert audited(call) == ["create", "change", "change"]


def test_a_put_of_the_same_values_changes_nothing(call: Gateway) -> None:
    first = call("PUT", PATH, ANN)
    again = call("PUT", PATH, {**ANN, "tags": ["new", "vip"]})
    assert (again.status, again.json, again.headers["ETag"]) == (200, first.json, first.headers["ETag"])
    assert audited(call) == ["create"]
    # To Python, 1 equals both 1.0 and true.
    for number in (1, 1.5, True):
        assert call("PUT", PATH, {**ANN, "attributes": {"n": number}}).json["attributes"] == {"n": number}
    assert audited(call) == ["create"] + ["change"] * 3


def test_put_compares_the_etag(call: Gateway) -> None:
    absent = call("PUT", PATH, ANN, headers={"If-Match": "*"})
    assert (absent.status, absent.json["code"]) == (412, "changed_since_read")
    assert call("GET", PATH).status == 404
    etag = call("PUT", PATH, ANN).headers["ETag"]
    changed = call("PUT", PATH, {"timezone": "UTC"}, headers={"If-Match": etag})
    assert changed.status == 200
    assert call("PUT", PATH, ANN, headers={"If-Match": etag}).status == 412
    assert call("PUT", PATH, ANN, headers={"If-Match": changed.headers["ETag"]}).status == 200


def test_put_takes_the_phone_of_the_path(call: Gateway) -> None:
    assert error(call, "PUT", PATH, {**ANN, "phone": "79261234568"}) == (["body", "phone"], "phone_not_of_path")
    assert error(call, "PUT", "client/12/", {"timezone": "UTC"}) == (["path", "phone"], "phone_format")
    assert error(call, "PUT", PATH, {}) == (["body", "timezone"], "field_missing")
    assert call.with_claims(user("viewer"))("PUT", PATH, ANN).status == 403


def test_tags_are_added_and_removed(call: Gateway) -> None:
    call("POST", "client/", ANN)
    changed = call("PATCH", PATH, {"add_tags": ["gold", "New"], "remove_tags": ["vip", "unknown"]})
    assert (changed.status, changed.json["tags"]) == (200, ["gold", "new"])
    assert call("GET", "tag/unknown/").status == 404
    same = call("PATCH", PATH, {"add_tags": ["GOLD"], "remove_tags": ["vip"]})
    assert (same.json, audited(call)) == (changed.json, ["create", "change"])
    assert call("PATCH", PATH, {"add_tags": ["a"], "timezone": "UTC"}).json["timezone"] == "UTC"


def test_tags_are_changed_in_one_way(call: Gateway) -> None:
    call("POST", "client/", ANN)
    for field in ("add_tags", "remove_tags"):
        assert error(call, "PATCH", PATH, {"tags": ["a"], field: ["b"]})[1] == "tags_two_ways"
    assert error(call, "PATCH", PATH, {"add_tags": ["a"], "remove_tags": ["A"]})[1] == "tag_added_and_removed"
    assert call("GET", PATH).json["tags"] == ["new", "VIP"]


def test_a_client_has_at_most_a_hundred_tags(call: Gateway) -> None:
    call("POST", "client/", ANN | {"tags": [f"t{n}" for n in range(100)]})
    assert error(call, "PATCH", PATH, {"add_tags": ["more"]}) == (["body", "add_tags"], "tags_too_many")
    changed = call("PATCH", PATH, {"add_tags": ["more", "t1"], "remove_tags": ["t0"]})
    assert (len(changed.json["tags"]), "more" in changed.json["tags"]) == (100, True)


def test_a_change_of_any_field_or_tag_has_its_time(call: Gateway) -> None:
    last = call("POST", "client/", ANN).json
    created_at = last["created_at"]
    changes: list[dict[str, object]] = [{"timezone": "UTC"}, {"attributes": {}}, {"tags": []}, {"add_tags": ["a"]}]
    for change in [*changes, {"remove_tags": ["a"]}]:
        found = call("PATCH", PATH, change).json
        assert found["updated_at"] > last["updated_at"]
        assert call("PATCH", PATH, change).json == found
        last = found
    assert last["created_at"] == created_at
    imported = f"phone,timezone,tags\n{PHONE},UTC,b\n"
    call("POST", "client/import/", imported)
    found = call("GET", PATH).json
    assert (found["created_at"], found["updated_at"] > last["updated_at"]) == (created_at, True)
    call("POST", "client/import/", imported)
    assert call("GET", PATH).json == found


def test_clients_that_have_changed_since_are_listed(call: Gateway) -> None:
    for n in range(5):
        call("PUT", f"client/7926000000{n}/", {"timezone": "UTC"})
    since = call("PATCH", "client/79260000003/", {"timezone": "Asia/Omsk"}).json["updated_at"]
    call("PATCH", "client/79260000001/", {"timezone": "Asia/Omsk"})

    def phones(query: str) -> list[str]:
        return [each["phone"][-1] for each in call("GET", f"client/?{query}").json["items"]]

    assert phones(f"updated_since={since}") == ["1", "3"]
    assert phones(f"updated_since={since}&sort=updated_at") == ["3", "1"]
    assert phones("sort=-updated_at&limit=3") == ["1", "3", "4"]
    assert phones("updated_since=2099-01-01T00:00:00Z") == []
    assert call("GET", "client/?updated_since=2026-01-01T00:00:00").status == 422


def test_a_client_that_changes_between_two_pages_moves_to_the_end(call: Gateway) -> None:
    for n in range(4):
        call("PUT", f"client/7926000000{n}/", {"timezone": "UTC"})
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = call("GET", f"client/?sort=updated_at&limit=2{cursor}").json
        if not seen:
            call("PATCH", "client/79260000000/", {"timezone": "Asia/Omsk"})
        seen += [each["phone"][-1] for each in page["items"]]
        cursor = page["next"] and f"&cursor={page['next']}"
    assert seen == ["0", "1", "2", "3", "0"]


def test_changed_clients_are_found_by_an_index(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO client (phone, operator_code, timezone, updated_at)
                SELECT '7926' || lpad(n::text, 7, '0'), '926', 'UTC', now() - interval '1 s' * n
                FROM generate_series(1, 20000) AS n
            """)
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE client"))
        plan = connection.execute(
            text("""
                EXPLAIN SELECT id FROM client WHERE updated_at >= now() - interval '1 min'
                ORDER BY updated_at, id LIMIT 51
            """)
        )
        assert "client_updated_at_id_idx" in "\n".join(plan.scalars())


def test_the_first_page_has_the_number_of_clients(call: Gateway, engine: Engine, monkeypatch: Any) -> None:
    for n in range(5):
        call("PUT", f"client/7926000000{n}/", {"timezone": "UTC", "tags": ["odd"] if n % 2 else []})
    empty = call("GET", "client/?search=999").json
    assert (empty["total"], empty["estimated"]) == (0, False)
    first = call("GET", "client/?limit=2").json
    assert (first["total"], first["estimated"]) == (5, False)
    second = call("GET", f"client/?limit=2&cursor={first['next']}").json
    assert (second["total"], second["estimated"]) == (None, False)
    assert call("GET", "client/?tag=odd&limit=1").json["total"] == 2
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE client"))
    # A list that is dear to count would need a hundred thousand clients.
    monkeypatch.setattr(audience_counts, "MAX_LIST_COST", 0)
    estimate = call("GET", "client/?limit=2").json
    assert (estimate["total"], estimate["estimated"]) == (5, True)


@pytest.mark.parametrize("query", ["", "tag=vip", "search=7926", "timezone=UTC&operator_code=926"])
def test_a_list_on_one_page_is_counted_exactly(call: Gateway, query: str) -> None:
    call("POST", "client/", ANN | {"timezone": "UTC"})
    found = call("GET", f"client/?{query}").json
    assert (found["total"], found["estimated"], found["next"]) == (1, False, None)
