from collections.abc import Iterator

import httpx
import pytest

from provider_simulator import StandIn, serve


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with serve() as served:
        yield served


@pytest.fixture
def client(stand_in: StandIn) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stand_in.url, timeout=5, trust_env=False) as client:
        yield client
