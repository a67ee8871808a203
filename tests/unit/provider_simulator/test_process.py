"""`python -m provider_simulator` as a process: log, shutdown, and a taken port."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.unit.provider_simulator.calls import behave, send
from tooling.paths import ROOT

pytestmark = pytest.mark.enable_socket


def command(port: int, *options: str | Path) -> list[str | Path]:
    return [sys.executable, "-m", "provider_simulator", "--port", str(port), "--latency-ms", "0", *options]


@contextmanager
def running(
    port: int, *options: str | Path, environment: Mapping[str, str] = os.environ
) -> Iterator[subprocess.Popen[bytes]]:
    whole = os.environ | dict(environment)
    with subprocess.Popen(command(port, *options), cwd=ROOT, stderr=subprocess.PIPE, env=whole) as process:
        try:
            _wait_for(port, process)
            yield process
        finally:
            process.kill()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        with closing(socket.socket()) as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("the simulator does not start")


@pytest.fixture
def port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_every_call_is_a_line_of_json_without_the_phone(port: int, tmp_path: Path) -> None:
    log = tmp_path / "calls"
    with (
        running(port, "--log", log, "--token", "secret"),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        send(client, 1)
        client.headers["Authorization"] = "Bearer secret"
        send(client, 2)
        behave(client, "accept_then_drop")
        with pytest.raises(httpx.RemoteProtocolError):
            send(client, 3)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(line["id"], line["status"]) for line in lines] == [(1, 401), (2, 200), (3, None)]
    assert {line["phone"] for line in lines} == {"7926*****67"}
    assert all(line["ms"] >= 0 for line in lines)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_without_output(port: int, number: signal.Signals) -> None:
    with running(port) as process, socket.create_connection(("127.0.0.1", port)):
        os.kill(process.pid, number)
        _, errors = process.communicate(timeout=10)
        assert (process.returncode, errors) == (0, b"")


def test_targets_are_given_at_the_start_and_each_callback_is_a_line_of_the_log(port: int, tmp_path: Path) -> None:
    log, closed = tmp_path / "calls", "http://127.0.0.1:9/"
    secret = {"RECEIPT_SECRET": "whsec_c2VjcmV0", "NO_PROXY": "127.0.0.1"}
    with (
        running(port, "--log", log, "--receipt-url", closed, environment=secret),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        assert client.get("/targets").json() == {
            "receipt_url": closed,
            "inbound_url": None,
            "secret": "**********",
        }
        behave(client, receipts={"delivered": 1, "undeliverable": 0, "delay_ms": 0, "jitter_ms": 0})
        send(client, 5)
        deadline = time.monotonic() + 10
        while len(log.read_text().splitlines()) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    callback = json.loads(log.read_text().splitlines()[1])
    assert (callback["kind"], callback["ids"], callback["status"]) == ("receipts", [5], "ConnectError")


@pytest.mark.parametrize("secret", ["", "no prefix", "whsec_?"])
def test_a_missing_or_wrong_secret_is_a_usage_error(port: int, secret: str) -> None:
    options = command(port, "--receipt-url", "http://127.0.0.1:9/")
    environment = os.environ | {"RECEIPT_SECRET": secret}
    ended = subprocess.run(options, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=30)
    assert ended.returncode == 2
    assert "secret" in ended.stderr.lower().splitlines()[-1]
    assert not secret or secret not in ended.stderr.splitlines()[-1]


def test_the_error_of_a_taken_port_is_one_line(port: int) -> None:
    with running(port):
        second = subprocess.run(command(port), cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert second.returncode == 1
    assert second.stderr.startswith(f"error: cannot listen on 127.0.0.1:{port}")
    assert second.stderr.count("\n") == 1
