"""A whole stack of the tests' own, in a folder and on ports of its own, beside any other."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.e2e.local_stack import LocalStack

# Tests of one file stay with one worker; of several files, each worker has a stack of its own.
STATE = f".local/e2e/{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    names = ("MINISTACK_PORT", "POSTGRES_PORT", "PROVIDER_PORT")
    ports = dict(zip(names, map(str, _free_ports(len(names))), strict=True))
    own = LocalStack({**os.environ, **ports, "LOCAL_DIR": STATE, "PYTHONPATH": "layers/shared", "PROVIDER_URL": ""})
    # Of the last run: its logs are of use until now, and if it was killed it may still be there.
    own.run("clean")
    try:
        own.run("up")
        yield own
    finally:
        own.run("down")


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        servers = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [server.getsockname()[1] for server in servers]


@pytest.fixture(scope="session")
def anybody(stack: LocalStack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.described()["api_url"], timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def admin(stack: LocalStack) -> Iterator[httpx.Client]:
    token = stack.run("token").strip()
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=stack.described()["api_url"], headers=headers, timeout=60) as client:
        yield client
