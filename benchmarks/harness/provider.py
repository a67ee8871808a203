"""The simulated provider in a process of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx


@contextmanager
def simulated_provider(latency_ms: int) -> Iterator[str]:
    """Run the simulated provider as the local stack does, and yield its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "provider_simulator", "--port", str(port), "--latency-ms", str(latency_ms)]
    with subprocess.Popen(command) as process:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url)
        try:
            yield url
        finally:
            process.terminate()


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            httpx.get(f"{url}/health")
        except httpx.ConnectError:
            time.sleep(0.1)
        else:
            return
