"""The behaviour: validation, reading back, and the choice of faults."""

from typing import Any

import httpx
import pytest

from provider_simulator import Behaviour, Fault
from tests.unit.provider_simulator.calls import behave, send

MIXED = (Fault(kind="http_500", share=0.3), Fault(kind="throttle", share=0.2))


def drawn(behaviour: Behaviour, calls: int) -> list[str | None]:
    return [behaviour.next_fault() for _ in range(calls)]


def test_each_fault_gets_its_share_of_the_calls() -> None:
    faults = drawn(Behaviour(faults=MIXED), 10_000)
    assert faults.count("http_500") == pytest.approx(3_000, abs=200)
    assert faults.count("throttle") == pytest.approx(2_000, abs=200)
    assert faults.count(None) == pytest.approx(5_000, abs=200)


def test_the_same_seed_gives_the_same_faults() -> None:
    assert drawn(Behaviour(faults=MIXED, seed=3), 100) == drawn(Behaviour(faults=MIXED, seed=3), 100)
    assert drawn(Behaviour(faults=MIXED, seed=3), 100) != drawn(Behaviour(faults=MIXED, seed=4), 100)


def test_the_latency_stays_within_its_jitter() -> None:
    behaviour = Behaviour(latency_ms=300, jitter_ms=50)
    seconds = [behaviour.latency_seconds() for _ in range(1_000)]
    assert 0.25 <= min(seconds) < 0.27
    assert 0.33 < max(seconds) <= 0.35


@pytest.mark.enable_socket
def test_faults_end_after_the_given_number_of_calls(client: httpx.Client) -> None:
    send(client)
    behave(client, "http_500", until_requests=2)
    assert [send(client).status_code for _ in range(4)] == [500, 500, 200, 200]


@pytest.mark.enable_socket
def test_the_behaviour_can_be_read_back(client: httpx.Client) -> None:
    told = {
        "latency_ms": 300,
        "jitter_ms": 50,
        "faults": [{"kind": "http_500", "share": 0.1}],
        "faults_accept": True,
        "seed": 1,
        "reject_repeats": True,
        "until_requests": None,
        "retry_after_seconds": 7,
        "drip_ms": 10,
        "receipts": {
            "delivered": 0.5,
            "undeliverable": 0.1,
            "delayed": 0.1,
            "refused": 0.1,
            "refused_calls": 0.5,
            "delay_ms": 100,
            "jitter_ms": 50,
            "delayed_ms": 1000,
            "late_ms": 2000,
            "reasons": [{"code": "27", "words": "Absent subscriber"}],
            "faults": [{"kind": "twice", "share": 0.1}],
        },
        "replies": {"stop_share": 0.1, "stop_texts": ["STOP"], "delay_ms": 100, "jitter_ms": 50},
    }
    assert client.put("/behaviour", json=told).json() == told
    assert client.get("/behaviour").json() == told


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    "told",
    [
        {"faults": [{"kind": "tea"}]},
        {"faults": [{"kind": "hang", "share": 1.1}]},
        {"faults": [{"kind": "hang", "share": 0.6}, {"kind": "drip", "share": 0.6}]},
        {"latency": 5},
        {"latency_ms": -1},
        {"receipts": {"faults": [{"kind": "tea"}]}},
        {"receipts": {"reasons": []}},
        [],
    ],
)
def test_invalid_behaviour_is_refused_and_changes_nothing(client: httpx.Client, told: Any) -> None:
    before = client.get("/behaviour").json()
    answer = client.put("/behaviour", json=told)
    assert answer.status_code == 422
    assert answer.json()
    assert client.get("/behaviour").json() == before
