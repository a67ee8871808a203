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


def test_tags_are_searched_by_any_part_of_their_name(call: Gateway) -> None:
    names = ["VIP", "a-vip-1", "b-vip-2", "new", "50% off", "50_off", "Ёлка"]
    for name in names:
        call("POST", "tag/", {"name": name})

    def found(query: str) -> list[str]:
        return [each["name"] for each in call("GET", f"tag/?{query}").json["items"]]

    assert found("search=vip") == ["a-vip-1", "b-vip-2", "VIP"]
    assert found("search=vip&sort=-name") == ["VIP", "b-vip-2", "a-vip-1"]
    assert found("search=%25") == ["50% off"]
    assert found("search=50_") == ["50_off"]
    assert found("search=%D1%91%D0%9B%D0%9A") == ["Ёлка"]
    assert found("search=none") == []
    assert len(found("search=")) == len(names)


def test_any_of_many_tags_is_found_by_its_whole_name(call: Gateway) -> None:
    """Sorted by length, a search begins with the tag of exactly that name, however many others contain it."""
    row = "79260000001,UTC," + "|".join(f"a{n}-sale" for n in range(99)) + "|sale\n"
    call("POST", "client/import/", "phone,timezone,tags\n" + row)
    first = call("GET", "tag/?search=Sale&sort=length&limit=2").json
    assert [each["name"] for each in first["items"]] == ["sale", "a0-sale"]
    second = call("GET", f"tag/?search=Sale&sort=length&limit=2&cursor={first['next']}").json
    assert [each["name"] for each in second["items"]] == ["a1-sale", "a2-sale"]
