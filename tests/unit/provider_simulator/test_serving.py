"""Serving: kept connections, concurrent calls, and shutdown."""

import asyncio
import http.client
import socket
import threading
import time

import httpx
import pytest

from provider_simulator import Behaviour, Provider, Simulator, serve
from provider_simulator.server import listening
from tests.unit.provider_simulator.calls import behave, send, stats


@pytest.mark.enable_socket
def test_a_connection_is_reused(simulator: Simulator) -> None:
    connection = http.client.HTTPConnection(httpx.URL(simulator.url).netloc.decode())
    connection.connect()
    kept = connection.sock
    for _ in range(3):
        connection.request("GET", "/health")
        connection.getresponse().read()
        assert connection.sock is kept
    connection.close()


@pytest.mark.enable_socket
def test_a_connection_closes_on_request(simulator: Simulator) -> None:
    url = httpx.URL(simulator.url)
    with socket.create_connection((url.host, url.port), timeout=5) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert b"".join(iter(lambda: connection.recv(1024), b"")).endswith(b'{"status": "ok"}')


@pytest.mark.enable_socket
def test_calls_run_concurrently() -> None:
    provider = Provider(Behaviour(latency_ms=100))

    async def send_all() -> None:
        async with listening(provider) as port, httpx.AsyncClient(trust_env=False) as client:
            bodies = [{"id": number, "phone": 1, "text": ""} for number in range(1, 21)]
            url = f"http://127.0.0.1:{port}/v1/send"
            await asyncio.gather(*(client.post(f"{url}/{body['id']}", json=body) for body in bodies))

    asyncio.run(send_all())
    assert provider.ledger.stats()["accepted"] == 20
    assert provider.ledger.stats()["max_in_flight"] > 10
    assert provider.ledger.stats()["in_flight"] == 0


@pytest.mark.enable_socket
def test_a_call_in_flight_at_a_reset_counts_in_the_old_ledger(client: httpx.Client, simulator: Simulator) -> None:
    behave(client, latency_ms=300)
    with httpx.Client(base_url=simulator.url, trust_env=False) as other:
        sending = threading.Thread(target=send, args=(other,))
        sending.start()
        while not stats(client)["in_flight"]:
            time.sleep(0.01)
        client.post("/reset")
        sending.join()
    assert (stats(client)["in_flight"], stats(client)["accepted"]) == (0, 0)


@pytest.mark.enable_socket
def test_stopping_closes_waiting_connections() -> None:
    with serve(Behaviour(latency_ms=60_000)) as simulator:
        url = httpx.URL(simulator.url)
        waiting = socket.create_connection((url.host, url.port), timeout=5)
        waiting.sendall(b"POST /v1/send/1 HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
        while not simulator.provider.ledger.in_flight:
            time.sleep(0.01)
    with waiting:
        assert waiting.recv(1) == b""
