"""Faults of the simulator, over real sockets."""

import json
import socket
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import get_args

import httpx
import pytest

from provider_simulator import Simulator
from provider_simulator.behaviour import FaultKind
from provider_simulator.faults import FAULTS
from tests.unit.provider_simulator.calls import behave, send, stats

pytestmark = pytest.mark.enable_socket


def test_each_kind_of_fault_is_there() -> None:
    assert set(FAULTS) == set(get_args(FaultKind.__value__))


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
def test_a_fault_answers_with_its_status(client: httpx.Client, kind: str, status: int) -> None:
    behave(client, kind)
    answer = send(client)
    assert answer.status_code == status
    assert isinstance(answer.json(), dict)
    assert stats(client)["accepted"] == 0
    assert stats(client)["by_behaviour"] == {kind: 1}


def test_throttling_has_the_configured_retry_after(client: httpx.Client) -> None:
    behave(client, "throttle")
    assert "Retry-After" not in send(client).headers
    behave(client, "throttle_seconds", retry_after_seconds=30)
    assert send(client).headers["Retry-After"] == "30"
    behave(client, "throttle_date", retry_after_seconds=30)
    ahead = parsedate_to_datetime(send(client).headers["Retry-After"]) - datetime.now(UTC)
    assert timedelta(seconds=20) < ahead <= timedelta(seconds=30)


def test_html_is_answered_with_200(client: httpx.Client) -> None:
    behave(client, "html")
    answer = send(client)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")
    assert answer.text.startswith("<html>")


def test_an_empty_body_is_answered_with_200(client: httpx.Client) -> None:
    behave(client, "empty")
    answer = send(client)
    assert (answer.status_code, answer.content) == (200, b"")


def test_broken_json_is_answered_with_200(client: httpx.Client) -> None:
    behave(client, "broken_json")
    answer = send(client)
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_a_wrong_code_is_answered_with_200(client: httpx.Client) -> None:
    behave(client, "wrong_code")
    answer = send(client)
    assert answer.status_code == 200
    assert answer.json()["code"] != 0
    assert stats(client)["accepted"] == 0


def test_a_huge_body_has_its_content_length(client: httpx.Client) -> None:
    behave(client, "huge")
    with client.stream("POST", "/v1/send/1", json={"id": 1, "phone": 1, "text": ""}) as answer:
        assert answer.headers["Content-Length"] == "100000000"
        assert sum(len(chunk) for chunk in answer.iter_bytes()) == 100_000_000


def test_refuse_resets_the_connection(client: httpx.Client, simulator: Simulator) -> None:
    behave(client, "refuse")
    with pytest.raises(ConnectionResetError):
        _raw_answer(simulator)


def test_dropping_after_acceptance_is_counted_as_accepted(client: httpx.Client, simulator: Simulator) -> None:
    behave(client, "accept_then_drop")
    assert _raw_answer(simulator) == b""
    assert (stats(client)["accepted"], client.get("/accepted/1").json()["count"]) == (1, 1)


@pytest.mark.parametrize("kind", ["http_500", "http_502", "html", "empty", "broken_json", "half_close"])
def test_a_fault_can_follow_an_acceptance(client: httpx.Client, kind: str) -> None:
    behave(client, kind, faults_accept=True, reject_repeats=True)
    with suppress(httpx.TransportError):
        assert send(client).status_code != 409
    assert send(client).status_code == 409
    assert stats(client)["accepted"] == 1


def test_a_repeat_after_a_dropped_acceptance_is_a_duplicate(client: httpx.Client) -> None:
    behave(client, "accept_then_drop", reject_repeats=True)
    with pytest.raises(httpx.RemoteProtocolError):
        send(client)
    assert send(client).status_code == 409
    assert stats(client)["accepted"] == 1


def test_a_half_closed_answer_lacks_the_end_of_its_body(client: httpx.Client, simulator: Simulator) -> None:
    behave(client, "half_close")
    head, _, body = _raw_answer(simulator).partition(b"\r\n\r\n")
    assert b"Content-Length: 28" in head
    assert body == b'{"code": 0, "m'
    with pytest.raises(httpx.RemoteProtocolError):
        send(client)
    assert stats(client)["accepted"] == 0


def test_a_hanging_call_ends_when_the_caller_disconnects(client: httpx.Client, simulator: Simulator) -> None:
    behave(client, "hang")
    with httpx.Client(base_url=simulator.url, timeout=0.3, trust_env=False) as hasty, pytest.raises(httpx.ReadTimeout):
        send(hasty)
    _wait_until_idle(client)
    assert stats(client)["accepted"] == 0


def test_a_dripped_answer_outlasts_a_read_timeout_and_is_accepted_at_its_end(client: httpx.Client) -> None:
    behave(client, "drip", drip_ms=2)
    started = time.monotonic()
    with client.stream("POST", "/v1/send/1", json={"id": 1, "phone": 1, "text": ""}) as answer:
        chunks = list(answer.iter_raw())
    assert json.loads(b"".join(chunks)) == {"code": 0, "message": "OK"}
    assert len(chunks) > 10
    assert time.monotonic() - started > 0.15
    assert stats(client)["accepted"] == 1


def test_a_dripped_answer_that_was_not_read_is_not_accepted(client: httpx.Client, simulator: Simulator) -> None:
    behave(client, "drip", drip_ms=50)
    with socket.create_connection(_address(simulator)) as connection:
        connection.sendall(_message())
        assert connection.recv(1) == b"H"
    _wait_until_idle(client)
    assert stats(client)["accepted"] == 0


def test_a_token_sent_along_a_redirect_is_counted(client: httpx.Client) -> None:
    behave(client, "redirect")
    location = send(client).headers["Location"]
    assert client.get("/leaks").json() == {"followed": 0, "with_token": 0}
    client.get(location)
    client.get(location, headers={"Authorization": "Bearer secret"})
    assert client.get("/leaks").json() == {"followed": 2, "with_token": 1}


def _message() -> bytes:
    body = b'{"id": 1, "phone": 1, "text": ""}'
    return b"POST /v1/send/1 HTTP/1.1\r\nHost: provider\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def _address(simulator: Simulator) -> tuple[str, int]:
    url = httpx.URL(simulator.url)
    assert url.port
    return url.host, url.port


def _raw_answer(simulator: Simulator) -> bytes:
    with socket.create_connection(_address(simulator), timeout=5) as connection:
        connection.sendall(_message())
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def _wait_until_idle(client: httpx.Client) -> None:
    deadline = time.monotonic() + 5
    while stats(client)["in_flight"]:
        assert time.monotonic() < deadline, "a call is still under way"
        time.sleep(0.02)
