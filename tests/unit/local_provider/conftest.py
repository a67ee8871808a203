from collections.abc import Iterator

import httpx
import pytest

from local.provider.server import Provider, running


@pytest.fixture
def provider() -> Iterator[httpx.Client]:
    with running(Provider()) as url, httpx.Client(base_url=url, timeout=5) as client:
        client.put("/behaviour", json={"latency_ms": 0})
        yield client
