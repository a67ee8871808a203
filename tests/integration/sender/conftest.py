"""Fixtures: a provider simulator on a real socket, and a scenario."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from notifications.contracts.observability import metrics
from provider_simulator import Behaviour, serve
from provider_simulator import Provider as SimulatedProvider
from provider_simulator import Simulator as Served
from tests.support.sender.scenario import TOKEN, SenderScenario


@pytest.fixture
def served() -> Iterator[Served]:
    with serve(Behaviour(latency_ms=0), token=TOKEN) as served:
        yield served


@pytest.fixture
def simulated(served: Served) -> SimulatedProvider:
    return served.provider


@pytest.fixture
def url(served: Served) -> str:
    return served.url


@pytest.fixture
def scenario(engine: Engine) -> Iterator[SenderScenario]:
    yield SenderScenario(engine)
    metrics.clear_metrics()
