from typing import Any

from sqlalchemy import Engine, text

from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway, machine, user

ANN = {"phone": "79261234567", "timezone": "Europe/Moscow"}
MAILING = {
    "text": "Hi",
    "starts_at": "2030-01-01T10:00:00Z",
    "ends_at": "2030-01-02T10:00:00Z",
    "filter": {"tags": [], "operator_codes": []},
}


def logged(client: dict[str, Any]) -> dict[str, Any]:
    """Return a client as the audit log has it: without its times."""
    return {name: value for name, value in client.items() if name not in {"created_at", "updated_at"}}


def test_every_change_has_an_entry_in_the_audit_log(call: Gateway) -> None:
    created = call("POST", "client/", ANN).json
    changed = call("PATCH", "client/79261234567/", {"operator_code": "903"}).json
    call("DELETE", "client/79261234567/")
    call("POST", "tag/", {"name": "vip"})
    call("DELETE", "tag/VIP/")
    call("POST", "mailing/", MAILING)
    for action in ("pause", "resume", "cancel"):
        call("POST", f"mailing/1/{action}/")
    call("DELETE", "mailing/1/")
    lines = call("GET", "audit/?sort=id").json["items"]
    assert [(line["kind"], line["action"], line["key"]) for line in lines] == [
        ("client", "create", "79261234567"),
        ("client", "change", "79261234567"),
        ("client", "delete", "79261234567"),
        ("tag", "create", "vip"),
        ("tag", "delete", "vip"),
        ("mailing", "create", "1"),
        ("mailing", "pause", "1"),
        ("mailing", "resume", "1"),
        ("mailing", "cancel", "1"),
        ("mailing", "delete", "1"),
    ]
    assert lines[1]["before"] == logged(created)
    assert lines[1]["after"] == logged(changed)
    assert lines[2]["after"] is None
    assert (lines[6]["before"]["status"], lines[6]["after"]["status"]) == ("scheduled", "paused")
    assert {key: lines[0][key] for key in ("actor", "name", "role", "request_id")} == {
        "actor": "u-1",
        "name": "ann",
        "role": "admin",
        "request_id": "req-1",
    }


def test_filters_combine(call: Gateway) -> None:
    call("POST", "client/", ANN)
    call.with_claims(machine("notifications/operator"))("PATCH", "client/79261234567/", {"operator_code": "903"})
    bob = user("operator") | {"cognito:username": "bob", "sub": "u-2"}
    call.with_claims(bob)("POST", "tag/", {"name": "vip"})

    def keys(query: str) -> list[str]:
        return [f"{line['action']} {line['key']}" for line in call("GET", f"audit/?{query}").json["items"]]

    assert keys("") == ["create vip", "change 79261234567", "create 79261234567"]
    assert keys("actor=m-1") == ["change 79261234567"]
    assert keys("actor=bob") == keys("actor=u-2") == ["create vip"]
    assert keys("kind=client&action=create") == ["create 79261234567"]
    assert keys("key=vip") == ["create vip"]
    assert keys("since=2099-01-01T00:00:00Z") == []
    assert keys("until=2099-01-01T00:00:00Z&limit=1") == ["create vip"]
    assert call("GET", "audit/?since=2020-01-01T00:00:00").status == 422


def test_a_change_by_a_machine_has_its_name_and_its_client_id(engine: Engine) -> None:
    call = api_over(engine, machine_name={"m-1": "crm"}.__getitem__)
    call.with_claims(machine("notifications/operator"))("POST", "tag/", {"name": "vip"})
    (line,) = call("GET", "audit/?actor=crm").json["items"]
    assert {key: line[key] for key in ("actor", "name", "role")} == {"actor": "m-1", "name": "crm", "role": "operator"}


def test_entries_of_a_client_are_found_after_changes_of_the_phone(call: Gateway) -> None:
    call("POST", "client/", ANN)
    call("PATCH", "client/79261234567/", {"timezone": "Asia/Omsk"})
    call("PATCH", "client/79261234567/", {"phone": "79030000001"})
    call("PATCH", "client/79030000001/", {"phone": "79030000002"})
    # A new client with the phone that the first one had; its entries are not those of the first.
    call("POST", "client/", ANN)
    call("DELETE", "client/79261234567/")
    call("DELETE", "client/79030000002/")

    def lines(phone: str, more: str = "&kind=client") -> list[str]:
        found = call("GET", f"audit/?sort=id&key={phone}{more}").json["items"]
        return [f"{line['action']} {line['key']}" for line in found]

    first = ["create 79261234567", "change 79261234567", "change 79030000001"]
    assert lines("79030000002") == [*first, "change 79030000002", "delete 79030000002"]
    assert lines("79030000002", "") == lines("79030000002")
    assert lines("79030000001") == [*first, "change 79030000001"]
    assert lines("79261234567") == [first[0], *["change 79261234567"] * 2, first[0], "delete 79261234567"]
    assert lines("79030000002", "&action=create") == first[:1]
    assert lines("79030000002", "&kind=tag") == []


def test_a_change_of_a_phone_has_an_entry_under_both_phones(call: Gateway) -> None:
    created = call("POST", "client/", ANN).json
    changed = call("PATCH", "client/79261234567/", {"phone": "79030000001"}).json
    new, old = call("GET", "audit/?sort=id&action=change").json["items"]
    assert (new["key"], old["key"]) == ("79030000001", "79261234567")
    assert (new["before"], new["after"]) == (old["before"], old["after"]) == (logged(created), logged(changed))


def test_a_failed_change_leaves_no_entry(call: Gateway) -> None:
    call("POST", "client/", ANN)
    call("POST", "client/", ANN)
    call("PATCH", "client/79261234567/", {"phone": "1"})
    assert len(call("GET", "audit/").json["items"]) == 1


def test_a_change_is_rolled_back_if_its_entry_fails(call: Gateway, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit ADD CONSTRAINT broken CHECK (actor = '')"))
    try:
        assert call("POST", "client/", ANN).status >= 400
        assert call("GET", "client/79261234567/").status == 404
    finally:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE audit DROP CONSTRAINT broken"))
