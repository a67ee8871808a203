from urllib.parse import quote

import pytest

from tests.support.functions.gateway import Gateway

MAILING = {
    "text": "Hi",
    "starts_at": "2030-01-01T10:00:00Z",
    "ends_at": "2030-01-02T10:00:00Z",
    "filter": {"tags": [], "operator_codes": []},
}


def test_tags_are_listed_with_their_client_counts(call: Gateway) -> None:
    assert call("POST", "tag/", {"name": "VIP"}).json == {"name": "VIP", "clients": 0}
    for n in range(2):
        call("POST", "client/", {"phone": f"7926000000{n}", "timezone": "UTC", "tags": ["vip", "new"]})
    assert call("GET", "tag/").json["items"] == [{"name": "new", "clients": 2}, {"name": "VIP", "clients": 2}]
    assert call("GET", "tag/vip/").json == {"name": "VIP", "clients": 2}
    assert call("POST", "tag/", {"name": "vip"}).status == 409


@pytest.mark.parametrize(
    "name",
    ["новый", "a/b", "/a", "a//b", "50% off", "%2F", "%41", "a%", "a b", "C++", "q?", "x#y", "\"'", "\\"],
)
def test_any_tag_can_be_in_a_path(call: Gateway, name: str) -> None:
    assert call("POST", "tag/", {"name": name}).status == 201
    assert call("GET", f"tag/{quote(name, safe='')}/").json["name"] == name
    assert call("DELETE", f"tag/{quote(name, safe='')}").status == 204


@pytest.mark.parametrize("name", ["a/", "a//", "/", "//"])
def test_a_tag_that_ends_in_a_slash_is_not_the_tag_without_it(call: Gateway, name: str) -> None:
    for each in (name, "a"):
        assert call("POST", "tag/", {"name": each}).status == 201
    assert call("GET", f"tag/{quote(name, safe='')}/").json["name"] == name
    assert call("DELETE", f"tag/{quote(name, safe='')}/").status == 204
    assert [item["name"] for item in call("GET", "tag/").json["items"]] == ["a"]


def test_deleting_a_tag_removes_it_from_its_clients(call: Gateway) -> None:
    call("POST", "client/", {"phone": "79260000000", "timezone": "UTC", "tags": ["vip", "new"]})
    assert call("DELETE", "tag/VIP/").status == 204
    assert call("GET", "client/79260000000/").json["tags"] == ["new"]
    assert call("GET", "tag/vip/").status == 404
    assert call("DELETE", "tag/vip/").status == 404


def test_a_tag_in_the_filter_of_an_unfinished_mailing_cannot_be_deleted(call: Gateway) -> None:
    call("POST", "tag/", {"name": "vip"})
    mailing = call("POST", "mailing/", MAILING | {"filter": {"tags": ["VIP"]}}).json
    assert call("DELETE", "tag/vip/").status == 409
    call("POST", f"mailing/{mailing['id']}/cancel/")
    assert call("DELETE", "tag/vip/").status == 204
