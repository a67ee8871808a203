"""The simulator as the stack's provider: the targets of its receipts and replies, and its counts."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from local.errors import SimulatorOutdated
from local.servers.simulator import call_counts, send_callbacks_to
from local.settings import Settings
from provider_simulator import Behaviour, ReceiptBehaviour, Simulator, serve

pytestmark = pytest.mark.enable_socket

SECRET = "whsec_c2VjcmV0"
# Nobody listens there.
API_URL = "http://127.0.0.1:9/api/v1/"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with serve(Behaviour(latency_ms=0, receipts=ReceiptBehaviour(delay_ms=60_000))) as simulator:
        yield simulator


def settings_of(url: str, folder: Path) -> Settings:
    return Settings(local_dir=folder, provider_port=httpx.URL(url).port or 0)


def test_receipts_and_replies_go_to_the_api(simulator: Simulator, tmp_path: Path) -> None:
    send_callbacks_to(settings_of(simulator.url, tmp_path), API_URL, SECRET)
    targets = simulator.provider.callbacks.targets
    assert str(targets.receipt_url) == f"{API_URL}receipt/http/"
    assert str(targets.inbound_url) == f"{API_URL}inbound/http/"
    assert targets.secret
    assert targets.secret.get_secret_value() == SECRET


def test_calls_and_receipts_are_counted(simulator: Simulator, tmp_path: Path) -> None:
    settings = settings_of(simulator.url, tmp_path)
    send_callbacks_to(settings, API_URL, SECRET)
    for number in range(1, 101):
        body = {"id": number, "phone": 79261234567, "text": "Hello"}
        httpx.post(f"{simulator.url}/v1/send/{number}", json=body, trust_env=False).raise_for_status()
    simulator.provider.callbacks.record.acknowledged_states["delivered"] = 7
    counts = call_counts(settings)
    assert counts
    assert (counts.accepted_ids, counts.duplicates, counts.receipts_acknowledged["delivered"]) == (100, 0, 7)
    assert counts.receipts_refused == 0
    assert 90 < counts.receipts_waiting <= 100


def test_a_simulator_of_an_earlier_version_is_named(tmp_path: Path) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Write nothing to the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        with pytest.raises(SimulatorOutdated, match="make down up"):
            send_callbacks_to(settings_of(f"http://127.0.0.1:{server.server_port}", tmp_path), API_URL, SECRET)
        server.shutdown()
        thread.join()
