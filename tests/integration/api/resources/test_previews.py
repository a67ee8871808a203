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
        "estimated": False,
        "segments": {"encoding": "GSM-7", "count": 1},
        "typical": {"encoding": "GSM-7", "count": 1},
        "sampled_texts": None,
        "zones": [
            zone("America/New_York", 1, "2030-06-01T13:00:00Z", "2030-06-02T00:59:59Z"),
            zone("Asia/Omsk", 1, "2030-06-01T10:00:00Z", "2030-06-02T09:59:59Z"),
            zone("Europe/Moscow", 2, "2030-06-01T10:00:00Z", "2030-06-02T09:59:59Z"),
        ],
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
    answer = call("POST", "mailing/preview/", MAILING).json
    # With so few clients all are read, whatever the sample size.
    assert (answer["audience"], answer["estimated"]) == (4, True)


def test_a_mailing_over_years_is_previewed_quickly(call: Gateway) -> None:
    call("POST", "client/import/", FILE)
    answer = call("POST", "mailing/preview/", MAILING | {"ends_at": "2199-01-01T00:00:00Z"}).json
    assert answer["zones"][2]["last_send"] == "2198-12-31T17:59:59Z"
