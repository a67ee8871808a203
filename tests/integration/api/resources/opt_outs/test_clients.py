"""Opt-outs belong to phones: a client shows the one of its phone, and no change of a client lifts it."""

import pytest

from tests.support.functions.gateway import Gateway

PHONE = "79260000001"


def test_a_client_shows_the_opt_out_of_its_phone(call: Gateway) -> None:
    created = call("POST", "client/", {"phone": PHONE, "timezone": "UTC"})
    tag = created.headers["ETag"]
    before = call("GET", f"client/{PHONE}/")
    assert (before.json["opt_out"], before.headers["ETag"]) == (None, tag)
    given = call("POST", "optout/", {"phone": PHONE, "reason": "asked"}).json
    shown = call("GET", f"client/{PHONE}/", headers={"If-None-Match": tag})
    assert (shown.status, shown.json["opt_out"]) == (200, {name: given[name] for name in given if name != "phone"})
    assert call("GET", f"client/{PHONE}/", headers={"If-None-Match": shown.headers["ETag"]}).status == 304
    change = call("PATCH", f"client/{PHONE}/", {"timezone": "Asia/Omsk"}, headers={"If-Match": tag})
    assert change.status == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "client/import/", f"phone,timezone,tags\n{PHONE},Asia/Omsk,vip\n"),
        ("PUT", f"client/{PHONE}/", {"timezone": "Asia/Omsk"}),
        ("PATCH", f"client/{PHONE}/", {"timezone": "Asia/Omsk", "tags": ["vip"]}),
        ("PATCH", f"client/{PHONE}/", {"phone": "79260000002"}),
        ("POST", "client/bulk/", {"phones": [PHONE], "add_tags": ["vip"]}),
        ("POST", "client/bulk/", {"phones": [PHONE], "delete": True}),
        ("DELETE", f"client/{PHONE}/", None),
        ("POST", "optout/import/", f"phone,scope\n{PHONE},marketing\n"),
    ],
    ids=str,
)
def test_no_change_of_a_client_lifts_its_opt_out(call: Gateway, method: str, path: str, body: object) -> None:
    call("POST", "client/", {"phone": PHONE, "timezone": "UTC"})
    given = call("POST", "optout/", {"phone": PHONE}).json
    assert call(method, path, body).status in {200, 204}
    assert call("GET", f"optout/{PHONE}/").json == given


def test_an_opt_out_is_there_before_its_client(call: Gateway) -> None:
    call("POST", "optout/", {"phone": PHONE})
    call("POST", "client/import/", f"phone,timezone\n{PHONE},UTC\n")
    assert call("GET", f"client/{PHONE}/").json["opt_out"]["scope"] == "all"
