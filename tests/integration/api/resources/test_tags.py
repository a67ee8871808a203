import re
from urllib.parse import quote, unquote

import pytest
from sqlalchemy import Engine

from api.resources import ROUTES
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway, user

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
    for new in ("another name", name):
        assert call("PATCH", url, {"name": new}).json == {"name": new, "clients": 0}
        url = f"tag/by-name/?name={quote(new, safe='')}"
    assert call("DELETE", url).status == 204
    assert call("GET", url).status == call("DELETE", url).status == 404


def test_a_tag_must_be_named(call: Gateway) -> None:
    for method in ("GET", "PATCH", "DELETE"):
        for url in ("tag/by-name/", "tag/by-name", "tag/by-name%3Fname=vip/", "tag/by-name/%3Fname=vip"):
            body = {"name": "x"} if method == "PATCH" else None
            assert call(method, url, body).json["errors"][0]["loc"] == ["query", "name"]


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


def test_a_path_that_the_gateway_has_cut_changes_nothing(call: Gateway) -> None:
    for name in ("sale", "sale?"):
        call("POST", "tag/", {"name": name})
    for path in ("tag/sale%3F/", "tag/sale%3F", "tag/sale%3F%3F/", "tag/sale"):
        for refused in (call("DELETE", path), call("PATCH", path, {"name": "x"})):
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
        ("/api/v1/client/<phone>/data/", "phone"),
        ("/api/v1/client/<phone>/erase/", "phone"),
        ("/api/v1/client/<phone>/message/", "phone"),
        ("/api/v1/optout/<phone>/", "phone"),
        ("/api/v1/provider/<provider_name>/reset/", "provider_name"),
        ("/api/v1/receipt/<provider>/", "provider"),
        ("/api/v1/inbound/<provider>/", "provider"),
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


@pytest.mark.parametrize(("name", "location"), [("vip", "../../job/1/"), ("v%20p", "../../job/1/"), ("v%2Fp", None)])
def test_a_tag_of_many_clients_is_deleted_by_a_job(
    engine: Engine, triggers: list[str], name: str, location: str | None
) -> None:
    call = api_over(engine, changed_at_once=2, trigger_dispatcher=lambda: triggers.append("triggered"))
    for n in range(3):
        call("POST", "client/", {"phone": f"7926000000{n}", "timezone": "UTC", "tags": [unquote(name)]})
    answer = call("DELETE", f"tag/{name}/")
    assert (answer.status, triggers) == (202, ["triggered"])
    assert (answer.json["kind"], answer.json["status"], answer.json["total"]) == ("tag_deletion", "waiting", 3)
    # Relative to the called URL, which has a segment more or less where the slash of a name is not encoded.
    assert answer.headers.get("Location") == location
    assert call("GET", f"tag/{name}/").json["clients"] == 3
    (line,) = call("GET", "audit/?kind=tag&action=delete").json["items"]
    assert line["before"] == {"name": unquote(name), "clients": 3}
    call("DELETE", "client/79260000000/")
    assert call("DELETE", f"tag/{name}/").status == 204


def test_a_deleted_tag_is_a_change_of_its_clients(call: Gateway) -> None:
    before = call("POST", "client/", {"phone": "79260000000", "timezone": "UTC", "tags": ["vip"]}).json
    call("DELETE", "tag/vip/")
    assert call("GET", "client/79260000000/").json["updated_at"] > before["updated_at"]


def test_a_tag_is_renamed_for_its_clients(call: Gateway) -> None:
    before = call("POST", "client/", {"phone": "79260000000", "timezone": "UTC", "tags": ["vip"]}).json
    assert call("PATCH", "tag/VIP/", {"name": "Gold"}).json == {"name": "Gold", "clients": 1}
    assert call("GET", "client/79260000000/").json == before | {"tags": ["Gold"], "opt_out": None}
    assert call("GET", "tag/vip/").status == 404
    # Only its case changes.
    assert call("PATCH", "tag/gold/", {"name": "GOLD"}).json == {"name": "GOLD", "clients": 1}
    assert call("PATCH", "tag/gold/", {"name": "GOLD"}).status == 200
    lines = call("GET", "audit/?kind=tag&sort=id").json["items"]
    assert [(line["key"], line["before"]["name"], line["after"]["name"]) for line in lines] == [
        ("Gold", "vip", "Gold"),
        ("vip", "vip", "Gold"),
        ("GOLD", "Gold", "GOLD"),
        ("Gold", "Gold", "GOLD"),
    ]


def test_a_tag_does_not_get_the_name_of_another(call: Gateway) -> None:
    for name in ("vip", "Gold"):
        call("POST", "tag/", {"name": name})
    refused = call("PATCH", "tag/vip/", {"name": "gold"})
    assert (refused.status, refused.json["code"]) == (409, "tag_exists")
    assert call("PATCH", "tag/none/", {"name": "x"}).status == 404
    assert call("PATCH", "tag/vip/", {"name": "a;b"}).json["errors"][0]["code"] == "tag_characters"
    assert call.with_claims(user("viewer"))("PATCH", "tag/vip/", {"name": "x"}).status == 403


def test_mailings_that_are_not_over_follow_a_renamed_tag(call: Gateway) -> None:
    call("POST", "client/", {"phone": "79260000000", "timezone": "UTC", "tags": ["vip"]})
    filters: list[list[str]] = [["a", "VIP", "b"], ["vip", "gold"], ["b"], ["vip"]]
    for tags in filters:
        call("POST", "mailing/", MAILING | {"filter": {"tags": tags}})
    call("POST", "mailing/4/cancel/")
    etag = call("GET", "mailing/1/").headers["ETag"]
    call("PATCH", "tag/vip/", {"name": "Gold"})
    assert [call("GET", f"mailing/{n}/").json["filter"]["tags"] for n in range(1, 5)] == [
        ["a", "Gold", "b"],
        ["Gold"],
        ["b"],
        ["vip"],
    ]
    assert call("POST", "mailing/preview/", MAILING | {"filter": {"tags": ["gold"]}}).json["audience"] == 1
    assert call("PATCH", "mailing/1/", {"text": "Hey"}, headers={"If-Match": etag}).status == 412
    lines = call("GET", "audit/?kind=mailing&action=change&sort=id").json["items"]
    assert [(line["key"], line["after"]["filter"]["tags"]) for line in lines] == [
        ("1", ["a", "Gold", "b"]),
        ("2", ["Gold"]),
    ]
    assert call("DELETE", "tag/gold/").status == 409


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
