"""The stand-in over real sockets: it counts what it accepts, and every fault is what its name says."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from local.provider.server import Provider, listening, running

pytestmark = pytest.mark.enable_socket


def send(client: httpx.Client, message_id: int = 1, **changes: Any) -> httpx.Response:
    body = {"id": message_id, "phone": 79261234567, "text": "Hello"} | changes
    return client.post(f"/v1/send/{message_id}", json=body)


def behave(client: httpx.Client, kind: str, **more: Any) -> None:
    answer = client.put("/behaviour", json={"latency_ms": 0, "faults": [{"kind": kind}], **more})
    assert answer.status_code == 200


def stats(client: httpx.Client) -> dict[str, Any]:
    counts: dict[str, Any] = client.get("/stats").json()
    return counts


def test_an_accepted_call_is_counted_and_remembered(provider: httpx.Client) -> None:
    assert send(provider, 7).json() == {"code": 0, "message": "OK"}
    assert stats(provider)["accepted_ids"] == 1
    remembered = provider.get("/accepted/7").json()
    assert remembered["count"] == 1
    assert remembered["calls"][0]["phone"] == 79261234567
    assert provider.get("/calls?since=0").json() == remembered["calls"]


def test_a_repeat_is_a_duplicate_or_rejected_if_told_so(provider: httpx.Client) -> None:
    send(provider)
    assert send(provider).status_code == 200
    assert stats(provider)["duplicates"] == 1
    provider.put("/behaviour", json={"reject_repeats": True})
    assert send(provider).status_code == 409
    assert stats(provider)["duplicates"] == 1
    assert stats(provider)["rejected"] == 1


@pytest.mark.parametrize(
    "changes", [{"id": 2}, {"phone": "79261234567"}, {"text": None}], ids=["other id", "phone is text", "no text"]
)
def test_a_wrong_body_is_refused(provider: httpx.Client, changes: dict[str, Any]) -> None:
    assert send(provider, **changes).status_code == 400
    assert stats(provider)["accepted"] == 0


def test_a_token_is_asked_for() -> None:
    with running(Provider(token="secret")) as url, httpx.Client(base_url=url) as client:
        assert send(client).status_code == 401
        client.headers["Authorization"] = "Bearer secret"
        assert send(client).status_code == 200


def test_reset_forgets(provider: httpx.Client) -> None:
    send(provider)
    provider.post("/reset")
    assert stats(provider)["requests"] == 0


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("http_500", 500),
        ("http_502", 502),
        ("http_503", 503),
        ("http_504", 504),
        ("throttle", 429),
        ("throttle_seconds", 429),
        ("throttle_date", 429),
        ("bad_request", 400),
        ("unauthorized", 401),
        ("forbidden", 403),
        ("redirect", 302),
    ],
)
def test_a_fault_answers_with_its_status(provider: httpx.Client, kind: str, status: int) -> None:
    behave(provider, kind)
    assert send(provider).status_code == status
    assert stats(provider)["accepted"] == 0
    assert stats(provider)["by_behaviour"] == {kind: 1}


def test_throttling_says_for_how_long(provider: httpx.Client) -> None:
    behave(provider, "throttle_seconds", retry_after_seconds=30)
    assert send(provider).headers["Retry-After"] == "30"
    behave(provider, "throttle_date", retry_after_seconds=30)
    ahead = parsedate_to_datetime(send(provider).headers["Retry-After"]) - datetime.now(UTC)
    assert timedelta(seconds=25) < ahead < timedelta(seconds=35)


@pytest.mark.parametrize("kind", ["html", "empty", "broken_json", "wrong_code"])
def test_a_lying_answer_is_200_and_no_success(provider: httpx.Client, kind: str) -> None:
    behave(provider, kind)
    answer = send(provider)
    assert answer.status_code == 200
    assert b'"code": 0,' not in answer.content or kind == "broken_json"
    assert stats(provider)["accepted"] == 0


@pytest.mark.parametrize(("kind", "accepted"), [("reset", 0), ("accept_then_drop", 1), ("half_close", 0)])
def test_a_broken_connection(provider: httpx.Client, kind: str, accepted: int) -> None:
    behave(provider, kind)
    with pytest.raises(httpx.TransportError):
        send(provider)
    assert stats(provider)["accepted"] == accepted


@pytest.mark.parametrize("kind", ["hang", "drip"])
def test_an_answer_that_never_ends(provider: httpx.Client, kind: str) -> None:
    behave(provider, kind)

    async def call() -> None:
        async with httpx.AsyncClient(base_url=provider.base_url, timeout=None) as client:
            await client.post("/v1/send/1", json={"id": 1, "phone": 1, "text": ""})

    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(call(), timeout=0.3))


def test_a_huge_answer_is_announced_as_such(provider: httpx.Client) -> None:
    behave(provider, "huge")
    request = provider.build_request("POST", "/v1/send/1", json={"id": 1, "phone": 1, "text": ""})
    answer = provider.send(request, stream=True)
    assert answer.headers["Content-Length"] == "100000000"
    answer.close()


def test_a_token_that_follows_a_redirect_is_seen(provider: httpx.Client) -> None:
    behave(provider, "redirect")
    provider.headers["Authorization"] = "Bearer secret"
    provider.get(send(provider).headers["Location"])
    assert stats(provider)["leaks"] == 1


def test_faults_meet_their_share_and_end(provider: httpx.Client) -> None:
    faults = [{"kind": "http_500", "share": 0.3}, {"kind": "throttle", "share": 0.2}]
    provider.put("/behaviour", json={"latency_ms": 0, "faults": faults, "until_requests": 200})
    statuses = [send(provider, message_id).status_code for message_id in range(1, 301)]
    assert 40 <= statuses[:200].count(500) <= 80
    assert 20 <= statuses[:200].count(429) <= 60
    assert set(statuses[200:]) == {200}


def test_an_unknown_behaviour_is_refused(provider: httpx.Client) -> None:
    assert provider.put("/behaviour", json={"faults": [{"kind": "tea"}]}).status_code == 422
    assert provider.get("/behaviour").json()["faults"] == []


def test_calls_run_side_by_side_over_kept_connections() -> None:
    async def calls() -> dict[str, Any]:
        stand_in = Provider()
        async with listening(stand_in) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            await client.put("/behaviour", json={"latency_ms": 50})
            bodies = [{"id": number, "phone": 1, "text": ""} for number in range(1, 21)]
            await asyncio.gather(*(client.post(f"/v1/send/{body['id']}", json=body) for body in bodies))
        return stand_in.ledger.stats()

    counts = asyncio.run(calls())
    assert counts["accepted"] == 20
    assert counts["max_in_flight"] > 10
