import re
from urllib.parse import quote

import pytest

from api.resources import ROUTES
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


# Names that a path would change, each with the tag on which such a call would act.
MISLEADING = {
    "sale?": "sale",
    "q?x": "q",
    "%41": "a",
    "50%2": "50",
    "a/": "a",
    "a//": "a",
    "x#": "x",
    ".": "x",
    "..": "x",
}
SAFE = ["новый", "a/b", "a b", "C++", "\"'", "\\", "a,b", "a&b=c", "By-name"]
OTHERS = ["/a", "a//b", "/", "//", "50% off", "%2F", "%3F", "%2541", "a%", "x#y", "./a", "a/..", "by-name", "by-name/a"]


@pytest.mark.parametrize("name", [*SAFE, *OTHERS, *MISLEADING])
def test_any_tag_is_addressed_by_a_parameter(call: Gateway, name: str) -> None:
    assert call("POST", "tag/", {"name": name}).status == 201
    url = f"tag/by-name/?name={quote(name, safe='')}"
    assert call("GET", url).json == {"name": name, "clients": 0}
    assert call("DELETE", url).status == 204
    assert call("GET", url).status == call("DELETE", url).status == 404


def test_a_tag_must_be_named(call: Gateway) -> None:
    for method in ("GET", "DELETE"):
        for url in ("tag/by-name/", "tag/by-name", "tag/by-name%3Fname=vip/", "tag/by-name/%3Fname=vip"):
            assert call(method, url).json["errors"][0]["loc"] == ["query", "name"]


@pytest.mark.parametrize("name", SAFE)
def test_a_tag_without_reserved_characters_can_be_in_a_path(call: Gateway, name: str) -> None:
    assert call("POST", "tag/", {"name": name}).status == 201
    for url in (f"tag/{quote(name, safe='')}/", f"tag/{quote(name, safe='')}"):
        assert call("GET", url).json["name"] == name
    assert call("DELETE", f"tag/{quote(name, safe='')}/").status == 204


@pytest.mark.parametrize("name", ["/a", "a//b", "a/", "/", "x#y", "%3F", "a%", "50% off", "a/..", ".", "./a"])
def test_a_tag_that_a_path_would_change_is_refused(call: Gateway, name: str) -> None:
    assert call("POST", "tag/", {"name": name}).status == 201
    for method in ("GET", "DELETE"):
        # Encoded twice, the name arrives as it is.
        for encoded in (quote(name, safe=""), quote(quote(name, safe=""), safe="")):
            refused = call(method, f"tag/{encoded}/")
            if refused.status == 400:  # by the gateway
                continue
            error = refused.json["errors"][0]
            assert (refused.status, error["loc"], error["code"]) == (422, ["path", "name"], "name_unsafe_in_path")
    assert [each["name"] for each in call("GET", "tag/").json["items"]] == [name]


def test_a_path_that_the_gateway_has_cut_deletes_nothing(call: Gateway) -> None:
    for name in ("sale", "sale?"):
        call("POST", "tag/", {"name": name})
    for path in ("tag/sale%3F/", "tag/sale%3F", "tag/sale%3F%3F/", "tag/sale"):
        refused = call("DELETE", path)
        error = refused.json["errors"][0]
        assert (refused.status, error["loc"], error["code"]) == (422, ["path", "name"], "slash_missing_in_path")
    assert [each["name"] for each in call("GET", "tag/").json["items"]] == ["sale", "sale?"]


@pytest.mark.parametrize(("name", "other"), MISLEADING.items())
def test_the_location_of_a_tag_deletes_no_other_one(call: Gateway, name: str, other: str) -> None:
    call("POST", "tag/", {"name": other})
    location = call("POST", "tag/", {"name": name}).headers["Location"]
    assert call("DELETE", f"tag/{location}").status == 204
    assert [each["name"] for each in call("GET", "tag/").json["items"]] == [other]


def test_no_route_takes_free_text_in_its_path_alone() -> None:
    """A text in a path reaches the function changed (docs/decisions/0056).

    Phones are digits, and names of providers are made of letters, digits, dots and hyphens.
    """
    texts = {
        (route.path, name)
        for route in ROUTES
        for name, kind, _ in ROUTES.path_parameters(route, re.sub(r"<\w+>", "1", route.path))
        if kind is str
    }
    paths = {route.path for route in ROUTES}
    assert texts == {
        ("/api/v1/client/<phone>/", "phone"),
        ("/api/v1/client/<phone>/message/", "phone"),
        ("/api/v1/provider/<provider_name>/reset/", "provider_name"),
        ("/api/v1/tag/<name>/", "name"),
    }
    assert "/api/v1/tag/by-name/" in paths


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
