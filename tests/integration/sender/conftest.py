"""The provider's stand-in on a real socket, and a world to send in."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from notifications.contracts.observability import metrics
from provider_simulator import Behaviour, serve
from provider_simulator import Provider as StandIn
from provider_simulator import Simulator as Served
from tests.support.sender.scenario import TOKEN, World


@pytest.fixture
def served() -> Iterator[Served]:
    with serve(Behaviour(latency_ms=0), token=TOKEN) as served:
        yield served


@pytest.fixture
def stand_in(served: Served) -> StandIn:
    return served.provider


@pytest.fixture
def url(served: Served) -> str:
    return served.url


@pytest.fixture
def world(engine: Engine) -> Iterator[World]:
    yield World(engine)
    metrics.clear_metrics()
