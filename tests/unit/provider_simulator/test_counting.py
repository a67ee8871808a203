"""Acceptance and counts of the simulator, over real sockets."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from provider_simulator import serve
from tests.unit.provider_simulator.calls import PHONE, behave, send, stats

pytestmark = pytest.mark.enable_socket


def test_an_accepted_call_is_counted_and_stored(client: httpx.Client) -> None:
    answer = send(client, 7)
    assert (answer.status_code, answer.json()) == (200, {"code": 0, "message": "OK"})
    remembered = client.get("/accepted/7").json()
    call = remembered["calls"][0]
    assert remembered["count"] == 1
    assert (call["phone"], call["text"]) == (PHONE, "Hello")
    assert abs(datetime.fromisoformat(call["at"]) - datetime.now(UTC)) < timedelta(seconds=30)
    assert client.get("/accepted/8").json() == {"count": 0, "calls": []}


def test_calls_are_counted_by_result_and_fault(client: httpx.Client) -> None:
    send(client, 1)
    send(client, 1)
    send(client, 2)
    send(client, 3, phone="none")
    counts = stats(client)
    assert counts.pop("callbacks")["receipts"]["waiting"] == 0
    assert counts == {
        "requests": 4,
        "accepted": 3,
        "accepted_ids": 2,
        "duplicates": 1,
        "rejected": 1,
        "by_behaviour": {"normal": 4},
        "in_flight": 0,
        "max_in_flight": 1,
    }


def test_the_calls_are_listed_from_any_number_on(client: httpx.Client) -> None:
    for message_id in (5, 6, 7):
        send(client, message_id)
    lines = [json.loads(line) for line in client.get("/calls?since=1").text.splitlines()]
    assert [line["id"] for line in lines] == [6, 7]
    assert lines[0].keys() == {"id", "at", "phone"}
    assert len(client.get("/calls").text.splitlines()) == 3
    assert not client.get("/calls?since=3").content


def test_only_the_first_hundred_calls_of_a_message_are_shown(client: httpx.Client) -> None:
    for number in range(102):
        send(client, text=str(number))
    remembered = client.get("/accepted/1").json()
    assert remembered["count"] == 102
    assert [call["text"] for call in remembered["calls"]] == [str(number) for number in range(100)]


def test_a_repeat_is_rejected_if_so_configured(client: httpx.Client) -> None:
    send(client)
    behave(client, reject_repeats=True)
    answer = send(client)
    assert (answer.status_code, answer.json()) == (409, {"code": 409, "message": "duplicate"})
    assert (stats(client)["duplicates"], stats(client)["rejected"]) == (0, 1)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": 2}, "id"),
        ({"phone": str(PHONE)}, "phone"),
        ({"phone": True}, "phone"),
        ({"phone": 2**63}, "phone"),
        ({"text": None}, "text"),
    ],
    ids=["other id", "phone is text", "phone is a truth", "phone is too long", "no text"],
)
def test_a_wrong_body_is_refused_with_the_reason(client: httpx.Client, changes: dict[str, Any], reason: str) -> None:
    answer = send(client, **changes)
    assert answer.status_code == 400
    assert answer.json()["message"].startswith(f"{reason}: ")
    assert stats(client)["accepted"] == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff"])
def test_a_body_that_is_no_json_object_is_rejected(client: httpx.Client, body: bytes) -> None:
    assert client.post("/v1/send/1", content=body).status_code == 400


def test_a_missing_token_is_rejected() -> None:
    with serve(token="secret") as simulator, httpx.Client(base_url=simulator.url, trust_env=False) as client:
        assert send(client).status_code == 401
        client.headers["Authorization"] = "Bearer secret"
        assert send(client).status_code == 200


def test_reset_empties_the_ledger_and_keeps_the_behaviour(client: httpx.Client) -> None:
    behave(client, seed=5)
    send(client)
    client.post("/reset")
    assert (stats(client)["requests"], client.get("/accepted/1").json()["count"]) == (0, 0)
    assert client.get("/behaviour").json()["seed"] == 5


def test_health_is_ok_and_unknown_paths_are_not_found(client: httpx.Client) -> None:
    assert client.get("/health").status_code == 200
    assert client.get("/v1/send/1").status_code == 404
