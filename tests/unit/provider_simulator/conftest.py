from collections.abc import Iterator

import httpx
import pytest

from provider_simulator import Simulator, serve


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with serve() as served:
        yield served


@pytest.fixture
def client(simulator: Simulator) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=simulator.url, timeout=5, trust_env=False) as client:
        yield client
