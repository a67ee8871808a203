"""Clients without a time zone of their own, in a stack that has a default one."""

import pytest
from sqlalchemy import Engine

from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway

PHONE = "4915123456789"
MAILING = {
    "text": "Hi",
    "starts_at": "2030-06-01T10:00:00Z",
    "ends_at": "2030-06-02T10:00:00Z",
    "filter": {"tags": [], "operator_codes": []},
}


@pytest.fixture
def berlin(engine: Engine) -> Gateway:
    """Calls the API of a stack whose default time zone is Europe/Berlin."""
    return api_over(engine, default_timezone="Europe/Berlin")


def filled(call: Gateway, **fields: object) -> int:
    """Return how many clients of a mailing have the default time zone, as its preview counts them."""
    number: int = call("POST", "mailing/preview/", MAILING | fields).json["default_timezones"]
    return number


def zone_of(call: Gateway, phone: str = PHONE) -> str:
    zone: str = call("GET", f"client/{phone}/").json["timezone"]
    return zone


def test_without_a_default_a_time_zone_is_required(call: Gateway) -> None:
    for given in ({}, {"timezone": None}):
        (error,) = call("POST", "client/", {"phone": PHONE} | given).json["errors"]
        assert (error["loc"], error["code"]) == (["body", "timezone"], "field_missing")
    (error,) = call("POST", "client/import/", f"phone\n{PHONE}\n").json["errors"]
    assert (error["code"], error["params"]) == ("csv_columns_missing", {"columns": ["timezone"]})
    (refused,) = call("POST", "client/import/", f"phone,timezone\n{PHONE},\n").json["refused"]
    assert (refused["field"], refused["code"]) == ("timezone", "timezone_unknown")


def test_the_default_fills_a_new_client_and_the_preview_counts_it(berlin: Gateway) -> None:
    created = berlin("POST", "client/", {"phone": PHONE, "tags": ["vip"]})
    assert (created.status, created.json["timezone"]) == (201, "Europe/Berlin")
    berlin("POST", "client/", {"phone": "79261234567", "timezone": "Europe/Berlin"})
    assert filled(berlin) == 1
    assert filled(berlin, filter={"tags": ["vip"]}) == 1
    assert filled(berlin, filter={"operator_codes": ["926"]}) == 0


def test_a_time_zone_that_is_given_later_is_the_clients_own(berlin: Gateway) -> None:
    berlin("POST", "client/", {"phone": PHONE})
    berlin("PATCH", f"client/{PHONE}/", {"tags": ["vip"]})
    assert filled(berlin) == 1
    berlin("PATCH", f"client/{PHONE}/", {"timezone": "Europe/Berlin"})
    assert filled(berlin) == 0


@pytest.mark.parametrize("file", ["phone\n{}\n79261234567\n", "phone,timezone\n{},\n79261234567, \n"])
def test_a_file_without_time_zones_fills_new_clients_and_keeps_those_of_known_ones(berlin: Gateway, file: str) -> None:
    berlin("POST", "client/", {"phone": "79261234567", "timezone": "Asia/Omsk"})
    result = berlin("POST", "client/import/", file.format(PHONE)).json
    assert (result["created"], result["updated"], result["refused"]) == (1, 1, [])
    assert (zone_of(berlin), zone_of(berlin, "79261234567")) == ("Europe/Berlin", "Asia/Omsk")
    assert filled(berlin) == 1


def test_a_file_with_another_time_zone_gives_the_client_its_own(berlin: Gateway) -> None:
    berlin("POST", "client/", {"phone": PHONE})
    berlin("POST", "client/import/", berlin("GET", "client/export/").text)
    assert filled(berlin) == 1
    berlin("POST", "client/import/", f"phone,timezone\n{PHONE},Europe/Vienna\n")
    assert (zone_of(berlin), filled(berlin)) == ("Europe/Vienna", 0)


def test_a_deleted_client_is_not_counted(berlin: Gateway) -> None:
    berlin("POST", "client/", {"phone": PHONE})
    berlin("DELETE", f"client/{PHONE}/")
    assert filled(berlin) == 0


def test_a_dry_run_fills_nobody(berlin: Gateway) -> None:
    result = berlin("POST", "client/import/?dry_run=true", f"phone\n{PHONE}\n").json
    assert result["rows"][0]["timezone"] == "Europe/Berlin"
    assert filled(berlin) == 0
