from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.support.functions.gateway import Gateway

MAILING = {
    "text": "Hi",
    "starts_at": "2030-06-01T10:00:00Z",
    "ends_at": "2030-06-02T10:00:00Z",
    "filter": {"tags": [], "operator_codes": []},
    "send_window": {"start": "09:00", "end": "21:00"},
}
FILE = """\
phone,timezone,tags,operator_code,name
79260000001,Europe/Moscow,vip,926,Ann
79260000002,Europe/Moscow,vip,903,Maximilian
79260000003,Asia/Omsk,,926,Bo
79260000004,America/New_York,vip,926,
"""


def zone(name: str, n: int, first: str | None, last: str | None) -> dict[str, Any]:
    return {"timezone": name, "clients": n, "first_send": first, "last_send": last}


def test_shows_the_audience_and_its_send_times(call: Gateway) -> None:
    call("POST", "client/import/", FILE)
    assert call("POST", "mailing/preview/", MAILING).json == {
        "audience": 4,
        "unreachable": 0,
        "default_timezones": 0,
        "estimated": False,
        "segments": {"encoding": "GSM-7", "count": 1},
        "typical": {"encoding": "GSM-7", "count": 1},
        "sampled_texts": None,
        "placeholders": [],
        "too_long": 0,
        "zones": [
            zone("America/New_York", 1, "2030-06-01T13:00:00Z", "2030-06-02T00:59:59Z"),
            zone("Asia/Omsk", 1, "2030-06-01T10:00:00Z", "2030-06-02T09:59:59Z"),
            zone("Europe/Moscow", 2, "2030-06-01T10:00:00Z", "2030-06-02T09:59:59Z"),
        ],
        "forecast": {
            "finishes_at": "2030-06-01T13:00:00Z",
            "will_miss_end": 0,
            "rate_needed": None,
            "paused": False,
        },
        "warnings": [],
    }
    assert call("GET", "mailing/").json["items"] == []


def test_counts_clients_that_are_never_reached(call: Gateway) -> None:
    call("POST", "client/import/", FILE)
    short = MAILING | {"ends_at": "2030-06-01T12:00:00Z"}
    answer = call("POST", "mailing/preview/", short).json
    assert (answer["audience"], answer["unreachable"]) == (4, 1)
    assert answer["zones"][0] == zone("America/New_York", 1, None, None)


def test_filters_like_the_mailing(call: Gateway) -> None:
    call("POST", "client/import/", FILE)
    both = MAILING | {"filter": {"tags": ["VIP"], "operator_codes": ["926"]}}
    assert call("POST", "mailing/preview/", both).json["audience"] == 2
    nobody = call("POST", "mailing/preview/", MAILING | {"filter": {"tags": ["none"]}}).json
    assert (nobody["audience"], nobody["zones"]) == (0, [])


def test_counts_the_segments_of_the_longest_and_the_typical_text(call: Gateway) -> None:
    call("POST", "client/import/", FILE)
    answer = call("POST", "mailing/preview/", MAILING | {"text": "x" * 154 + "{name|you}"}).json
    assert answer["segments"] == {"encoding": "GSM-7", "count": 2}
    assert answer["typical"] == {"encoding": "GSM-7", "count": 1}
    answer = call("POST", "mailing/preview/", MAILING | {"text": "я" * 71}).json
    assert answer["segments"] == {"encoding": "UCS-2", "count": 2}


def test_a_placeholder_without_any_client_is_refused(call: Gateway) -> None:
    assert call("POST", "mailing/preview/", MAILING | {"text": "{name}"}).status == 422


def placeholder(name: str, *, default: bool, without: int, similar: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"name": name, "has_default": default, "clients_without": without, "similar_names": list(similar)}


def client(call: Gateway, n: int, **attributes: Any) -> None:
    new = {"phone": f"7926{n:07d}", "timezone": "UTC", "attributes": attributes}
    assert call("POST", "client/", new).status == 201


def test_counts_clients_without_the_value_of_a_placeholder(call: Gateway) -> None:
    for n in range(20):
        client(call, n, **({"name": "Ann", "city": "Omsk"} if n < 5 else {"city": "Omsk"} if n < 12 else {}))
    text = "{name}, {city|here}! {name} {phone}"
    answer = call("POST", "mailing/preview/", MAILING | {"text": text}).json
    assert answer["placeholders"] == [
        placeholder("name", default=False, without=15),
        placeholder("city", default=True, without=8),
    ]


def test_a_placeholder_that_has_a_default_in_one_place_only_needs_a_value(call: Gateway) -> None:
    client(call, 1, name="Ann")
    answer = call("POST", "mailing/preview/", MAILING | {"text": "{name|you} {name}"}).json
    assert answer["placeholders"] == [placeholder("name", default=False, without=0)]


@pytest.mark.parametrize(
    ("value", "without"),
    [("", 1), (" \u200b", 1), ("\u0301", 1), ("\u2028\t", 1), ("Ann", 0), ("Анна", 0), ("🎉", 0), (0, 0), (False, 0)],
)
def test_a_value_with_nothing_visible_is_none(call: Gateway, value: str | int, without: int) -> None:
    client(call, 1, name=value)
    answer = call("POST", "mailing/preview/", MAILING | {"text": "{name}"}).json
    assert answer["placeholders"] == [placeholder("name", default=False, without=without)]


def test_counts_the_audience_alone(call: Gateway) -> None:
    call("POST", "client/import/", FILE)
    for filtered, without in [({"tags": ["vip"]}, 1), ({"operator_codes": ["903"]}, 0)]:
        answer = call("POST", "mailing/preview/", MAILING | {"text": "{name}", "filter": filtered}).json
        assert answer["placeholders"] == [placeholder("name", default=False, without=without)]


def test_names_that_differ_by_case_are_warned_of(call: Gateway) -> None:
    client(call, 1, name="Ann")
    body = MAILING | {"text": "{Name|you}"}
    warning = {
        "text": "the placeholder Name differs only by case from name, which clients have",
        "code": "name_differs_by_case",
        "params": {"name": "Name", "names": ["name"]},
    }
    answer = call("POST", "mailing/preview/", body).json
    assert answer["placeholders"] == [placeholder("Name", default=True, without=1, similar=("name",))]
    assert answer["warnings"] == [warning]
    assert call("POST", "mailing/", body).json["warnings"] == [warning]


def test_counts_clients_whose_message_is_too_long(call: Gateway) -> None:
    for n, length in enumerate((10, 1000, 671, 670)):
        client(call, n, bio="я" * length)
    client(call, 9)
    answer = call("POST", "mailing/preview/", MAILING | {"text": "{bio}"}).json
    assert (answer["too_long"], answer["estimated"]) == (2, False)


def test_forecasts_whom_the_rate_does_not_reach(call: Gateway) -> None:
    for n in range(20):
        client(call, n)
    body = MAILING | {"ends_at": "2030-06-01T10:00:05Z", "max_rate": 1}
    answer = call("POST", "mailing/preview/", body).json
    assert answer["unreachable"] == 0
    assert answer["forecast"] == {"finishes_at": None, "will_miss_end": 15, "rate_needed": 4, "paused": False}
    enough = call("POST", "mailing/preview/", body | {"max_rate": 4}).json["forecast"]
    assert enough == {
        "finishes_at": "2030-06-01T10:00:05Z",
        "will_miss_end": 0,
        "rate_needed": None,
        "paused": False,
    }


def test_forecasts_like_the_statistics_of_the_mailing(call: Gateway) -> None:
    call("POST", "client/import/", FILE)
    body = MAILING | {"ends_at": "2030-06-01T10:00:02Z", "max_rate": 1}
    forecast = call("POST", "mailing/preview/", body).json["forecast"]
    mailing_id = call("POST", "mailing/", body).json["id"]
    assert call("GET", f"statistic/{mailing_id}/").json["forecast"] == forecast
    assert forecast["will_miss_end"] == 2


@pytest.fixture
def costly(engine: Engine) -> Iterator[None]:
    """Make PostgreSQL's planner estimate every row as costly."""
    with engine.connect() as connection:
        connection.exec_driver_sql("SET cpu_tuple_cost = 1000000")
        connection.commit()
    yield
    engine.dispose()


@pytest.mark.usefixtures("costly")
def test_marks_estimated_counts(call: Gateway) -> None:
    call("POST", "client/import/", FILE)
    answer = call("POST", "mailing/preview/", MAILING | {"text": "{name}"}).json
    # With so few clients all are read, whatever the sample size.
    assert (answer["audience"], answer["estimated"]) == (4, True)
    assert answer["placeholders"] == [placeholder("name", default=False, without=1)]


def test_a_mailing_over_years_is_previewed_quickly(call: Gateway) -> None:
    call("POST", "client/import/", FILE)
    answer = call("POST", "mailing/preview/", MAILING | {"ends_at": "2199-01-01T00:00:00Z"}).json
    assert answer["zones"][2]["last_send"] == "2198-12-31T17:59:59Z"
