"""Changes of many clients: at once or by a job, with one entry in the audit log."""

from typing import Any
from urllib.parse import urljoin

import pytest
from sqlalchemy import Engine

from notifications.jobs.job import AT_ONCE
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway, user

PHONES = [f"7926000{n:04}" for n in range(1, AT_ONCE + 2)]


def add(call: Gateway, phones: list[str], tags: str = "") -> None:
    call("POST", "client/import/", "phone,timezone,tags\n" + "".join(f"{each},UTC,{tags}\n" for each in phones))


def tags_of(call: Gateway, phone: str) -> list[str]:
    found: list[str] = call("GET", f"client/{phone}/").json["tags"]
    return found


def test_tags_of_a_few_clients_are_changed_at_once(call: Gateway, triggers: list[str]) -> None:
    add(call, PHONES[:3], "old|kept")
    call("PATCH", f"client/{PHONES[2]}/", {"tags": ["new"]})
    wanted = {"phones": [*PHONES[:3], PHONES[2], "79990000000"], "add_tags": ["NEW"], "remove_tags": ["Old", "none"]}
    answer = call("POST", "client/bulk/", wanted)
    assert (answer.status, "Location" in answer.headers, triggers) == (200, False, [])
    job = answer.json
    assert (job["kind"], job["status"], job["done"], job["total"]) == ("bulk", "finished", 4, 4)
    assert job["result"] == {"changed": 2, "unchanged": 1, "missing": 1}
    assert call("GET", f"job/{job['id']}/").json == job
    assert [tags_of(call, each) for each in PHONES[:3]] == [["kept", "new"]] * 2 + [["new"]]
    assert call("GET", "tag/none/").status == 404


def test_a_bulk_change_is_one_entry_in_the_audit_log(call: Gateway) -> None:
    add(call, PHONES[:3], "old")
    wanted = {"filter": {"tags": ["old"], "operator_codes": ["926"]}, "add_tags": ["new"]}
    job_id = call("POST", "client/bulk/", wanted).json["id"]
    (line,) = call("GET", "audit/?kind=job").json["items"]
    assert (line["action"], line["key"], line["before"]) == ("create", str(job_id), None)
    assert line["after"] == {
        "kind": "bulk",
        "clients": 3,
        "filter": wanted["filter"],
        "phones": None,
        "add_tags": ["new"],
        "remove_tags": [],
        "delete": False,
    }
    call("POST", "client/bulk/", {"phones": PHONES[:200], "delete": True})
    line = call("GET", "audit/?kind=job").json["items"][0]
    assert (line["after"]["phones"], line["after"]["clients"]) == (PHONES[:100], 200)
    assert call("GET", "audit/?kind=client&action=change").json["items"] == []


@pytest.mark.parametrize("by", ["phones", "filter"])
def test_many_clients_are_changed_by_a_job(call: Gateway, triggers: list[str], by: str) -> None:
    add(call, PHONES, "old")
    clients = {"phones": PHONES} if by == "phones" else {"filter": {"tags": ["old"]}}
    triggers.clear()
    answer = call("POST", "client/bulk/", {**clients, "add_tags": ["new"]}, headers={"Idempotency-Key": "k"})
    assert (answer.status, triggers) == (202, ["triggered"])
    assert (answer.json["status"], answer.json["done"], answer.json["total"]) == ("waiting", 0, AT_ONCE + 1)
    url = urljoin("https://api/prefix/api/v1/client/bulk/", answer.headers["Location"])
    assert url == "https://api/prefix/api/v1/job/1/"
    again = call("POST", "client/bulk/", {**clients, "add_tags": ["new"]}, headers={"Idempotency-Key": "k"})
    assert (again.status, again.json) == (202, answer.json)
    assert tags_of(call, PHONES[0]) == ["old"]
    assert call("POST", "job/1/cancel/").json["status"] == "cancelled"


def test_a_setting_makes_a_job_of_a_small_change(engine: Engine) -> None:
    call = api_over(engine, changed_at_once=2)
    add(call, PHONES[:3], "a")
    assert call("POST", "client/bulk/", {"phones": PHONES[:2], "add_tags": ["b"]}).status == 200
    assert call("POST", "client/bulk/", {"phones": PHONES[:3], "add_tags": ["b"]}).status == 202
    assert call("POST", "client/bulk/", {"filter": {"tags": ["b"]}, "add_tags": ["c"]}).status == 200
    assert call("POST", "client/bulk/", {"filter": {"tags": []}, "add_tags": ["c"]}).status == 202


def test_clients_are_deleted_with_their_unsent_messages(call: Gateway) -> None:
    add(call, PHONES[:4], "old")
    add(call, PHONES[4:6], "kept")
    answer = call("POST", "client/bulk/", {"filter": {"tags": ["old"]}, "delete": True})
    assert answer.json["result"] == {"deleted": 4}
    assert [each["phone"] for each in call("GET", "client/").json["items"]] == PHONES[4:6]
    assert call("GET", "tag/old/").json["clients"] == 0
    assert call("POST", "client/bulk/", {"phones": PHONES[:2], "delete": True}).json["result"] == {"missing": 2}


def test_a_filter_with_an_unknown_tag_selects_nobody(call: Gateway) -> None:
    add(call, PHONES[:2])
    answer = call("POST", "client/bulk/", {"filter": {"tags": ["none"]}, "delete": True})
    assert (answer.status, answer.json["done"], answer.json["total"], answer.json["result"]) == (200, 0, 0, {})


def test_a_client_with_a_hundred_tags_is_refused(call: Gateway) -> None:
    add(call, PHONES[:1], "|".join(f"t{n}" for n in range(100)))
    add(call, PHONES[1:2], "a")
    answer = call("POST", "client/bulk/", {"phones": PHONES[:2], "add_tags": ["x", "y"], "remove_tags": ["t0"]})
    assert answer.json["result"] == {"changed": 1, "refused": 1}
    assert (len(tags_of(call, PHONES[0])), tags_of(call, PHONES[1])) == (100, ["a", "x", "y"])
    assert call("POST", "client/bulk/", {"phones": PHONES[:1], "remove_tags": ["t0"]}).json["result"] == {"changed": 1}


@pytest.mark.parametrize(
    ("body", "loc", "code"),
    [
        ({"add_tags": ["a"]}, ["body"], "bulk_clients"),
        ({"filter": {"tags": []}, "phones": PHONES[:1], "add_tags": ["a"]}, ["body"], "bulk_clients"),
        ({"filter": {"tags": []}}, ["body"], "bulk_change"),
        ({"filter": {"tags": []}, "add_tags": ["a"], "delete": True}, ["body"], "bulk_change"),
        ({"filter": {"tags": []}, "add_tags": ["a"], "remove_tags": ["A"]}, ["body"], "tag_added_and_removed"),
        ({"filter": {}, "delete": True}, ["body", "filter"], "filter_empty"),
        ({"phones": [], "delete": True}, ["body", "phones"], "items_too_few"),
        ({"phones": ["7926"], "delete": True}, ["body", "phones", 0], "phone_format"),
        ({"phones": PHONES[:1] * 10_001, "delete": True}, ["body", "phones"], "items_too_many"),
        ({"phones": PHONES[:1], "delete": "yes"}, ["body", "delete"], "not_boolean"),
    ],
)
def test_a_change_that_is_not_clear_is_refused(call: Gateway, body: dict[str, Any], loc: list[Any], code: str) -> None:
    answer = call("POST", "client/bulk/", body)
    assert answer.status == 422
    (error,) = answer.json["errors"]
    assert (error["loc"], error["code"]) == (loc, code)


def test_operators_change_tags_and_admins_delete(call: Gateway) -> None:
    add(call, PHONES[:1])
    operator, viewer = call.with_claims(user("operator")), call.with_claims(user("viewer"))
    change, deletion = {"phones": PHONES[:1], "add_tags": ["a"]}, {"phones": PHONES[:1], "delete": True}
    assert viewer("POST", "client/bulk/", change).status == 403
    assert operator("POST", "client/bulk/", change).status == 200
    refused = operator("POST", "client/bulk/", deletion)
    assert (refused.status, refused.json["params"]) == (403, {"role": "admin"})
    assert call("POST", "client/bulk/", deletion).json["result"] == {"deleted": 1}
