"""Receipts and replies over real sockets, controlled by the control API."""

import base64
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest

from provider_simulator import serve
from provider_simulator.callbacks.callbacks import Callbacks
from provider_simulator.callbacks.signing import signature
from tests.unit.provider_simulator.calls import behave, send, stats

pytestmark = pytest.mark.enable_socket

KEY = b"a key of thirty-two random bytes"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
DELIVERED = {"delivered": 1, "undeliverable": 0, "delay_ms": 0, "jitter_ms": 0}


@dataclass
class Receiver:
    """An HTTP server that keeps each call with its path, headers and body, and answers 202."""

    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    @property
    def receipts(self) -> list[dict[str, Any]]:
        return [receipt for _, _, body in self.calls for receipt in json.loads(body)["receipts"]]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.calls.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(202)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Write nothing to the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        found.url = f"http://127.0.0.1:{server.server_port}"
        yield found
        server.shutdown()
        thread.join()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    # A transport of the test, so that no proxy of the environment is used.
    callbacks = Callbacks(transport=httpx.AsyncHTTPTransport())
    with (
        serve(callbacks=callbacks) as simulator,
        httpx.Client(base_url=simulator.url, timeout=5, trust_env=False) as client,
    ):
        yield client


@pytest.fixture
def aimed(client: httpx.Client, receiver: Receiver) -> httpx.Client:
    """Return a client of a simulator that sends its callbacks to the receiver."""
    targets = {"receipt_url": f"{receiver.url}/receipts", "inbound_url": f"{receiver.url}/inbound", "secret": SECRET}
    client.put("/targets", json=targets).raise_for_status()
    return client


def until_sent(client: httpx.Client) -> dict[str, Any]:
    """Wait until no callback waits, and return the counts."""
    deadline = time.monotonic() + 10
    while True:
        counts: dict[str, Any] = stats(client)["callbacks"]
        if not counts["receipts"]["waiting"] + counts["replies"]["waiting"]:
            return counts
        assert time.monotonic() < deadline, counts
        time.sleep(0.02)


def test_an_accepted_message_has_a_signed_receipt(aimed: httpx.Client, receiver: Receiver) -> None:
    behave(aimed, receipts=DELIVERED)
    send(aimed, 7)
    counts = until_sent(aimed)
    ((path, headers, body),) = receiver.calls
    assert path == "/receipts"
    assert headers["content-type"] == "application/json"
    signed = signature(KEY, headers["webhook-id"], headers["webhook-timestamp"], body)
    assert headers["webhook-signature"] == signed
    assert [(each["id"], each["state"], each["part"], each["parts"]) for each in receiver.receipts] == [
        (7, "delivered", 1, 1)
    ]
    assert (counts["receipts"]["acknowledged"], counts["statuses"]) == (1, {"202": 1})


def test_the_sent_calls_are_listed_with_their_answers(aimed: httpx.Client, receiver: Receiver) -> None:
    behave(aimed, receipts=DELIVERED | {"faults": [{"kind": "unsigned"}]})
    for message_id in (1, 2):
        send(aimed, message_id)
        until_sent(aimed)
    first, second = (json.loads(line) for line in aimed.get("/callbacks").text.splitlines())
    assert (first["number"], first["kind"], first["fault"], first["status"]) == (0, "receipts", "unsigned", 202)
    assert first["webhook_id"] == receiver.calls[0][1]["webhook-id"]
    assert (first["ids"], first["items"][0]["state"]) == ([1], "delivered")
    assert [json.loads(line) for line in aimed.get("/callbacks?since=1").text.splitlines()] == [second]


def test_a_receipt_can_come_before_the_answer_to_the_call(aimed: httpx.Client, receiver: Receiver) -> None:
    behave(aimed, receipts=DELIVERED | {"faults": [{"kind": "early"}]})
    with aimed.stream("POST", "/v1/send/7", json={"id": 7, "phone": 1, "text": ""}) as answer:
        assert answer.status_code == 200
        assert [each["id"] for each in receiver.receipts] == [7]


@pytest.mark.parametrize(
    ("fault", "receipts", "state"),
    [
        ("accept_then_drop", {}, "delivered"),
        ("http_500", {"refused_calls": 1}, "refused"),
        ("hang", {"refused_calls": 1}, "refused"),
        ("http_500", {"faults": [{"kind": "lying"}]}, "delivered"),
    ],
)
def test_a_call_with_a_fault_has_the_receipt_of_its_outcome(
    aimed: httpx.Client, receiver: Receiver, fault: str, receipts: dict[str, Any], state: str
) -> None:
    behave(aimed, fault, receipts=DELIVERED | receipts)
    hasty = httpx.Client(base_url=aimed.base_url, timeout=0.5, trust_env=False)
    with hasty, suppress(httpx.TransportError):
        send(hasty, 7)
    until_sent(aimed)
    assert [(each["id"], each["state"]) for each in receiver.receipts] == [(7, state)]


def test_an_invalid_message_and_a_plain_failure_have_no_receipt(aimed: httpx.Client, receiver: Receiver) -> None:
    behave(aimed, "http_500", receipts=DELIVERED)
    send(aimed, 1)
    behave(aimed, "http_500", receipts=DELIVERED | {"refused_calls": 1})
    send(aimed, 2, phone="none")
    behave(aimed, receipts=DELIVERED)
    send(aimed, 3)
    until_sent(aimed)
    assert [each["id"] for each in receiver.receipts] == [3]


def test_a_phone_replies_on_request(aimed: httpx.Client, receiver: Receiver) -> None:
    order = {"phone": 79261234567, "text": "СТОП", "at": "2026-11-23T10:00:00Z"}
    assert aimed.post("/reply", json=order).status_code == 200
    counts = until_sent(aimed)
    ((path, _, body),) = receiver.calls
    assert path == "/inbound"
    reply = {"phone": "79261234567", "text": "СТОП", "at": "2026-11-23T10:00:00.000+00:00"}
    assert json.loads(body) == {"messages": [reply]}
    assert counts["replies"]["acknowledged"] == 1


def test_a_reply_needs_a_target(client: httpx.Client) -> None:
    answer = client.post("/reply", json={"phone": 1, "text": "Hello"})
    assert (answer.status_code, answer.json()) == (409, {"message": "no inbound_url. Set it by PUT /targets"})


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/targets", {"receipt_url": "http://a.example", "secret": "whsec_not base64"}),
        ("/targets", {"receipt_url": "http://a.example", "secret": base64.b64encode(KEY).decode()}),
        ("/targets", {"receipt_url": "http://a.example"}),
        ("/targets", {"receipt_url": "a.example", "secret": SECRET}),
        ("/reply", {"phone": 1, "text": "Hello", "at": "2026-11-23T10:00:00"}),
        ("/reply", {"phone": -1, "text": "Hello"}),
    ],
)
def test_invalid_settings_are_refused_without_quoting_a_secret(
    client: httpx.Client, path: str, body: dict[str, Any]
) -> None:
    answer = client.request("PUT" if path == "/targets" else "POST", path, json=body)
    assert answer.status_code == 422
    assert answer.json()
    assert "base64'" not in answer.text
    assert body.get("secret", "no secret") not in answer.text


def test_the_targets_are_shown_without_the_secret(aimed: httpx.Client, receiver: Receiver) -> None:
    assert aimed.get("/targets").json() == {
        "receipt_url": f"{receiver.url}/receipts",
        "inbound_url": f"{receiver.url}/inbound",
        "secret": "**********",
    }


def test_the_shares_of_receipts_add_up_to_at_most_1(client: httpx.Client) -> None:
    answer = client.put("/behaviour", json={"receipts": {"delivered": 0.9, "refused": 0.2}})
    assert answer.status_code == 422
    assert "add up to more than 1" in answer.text
