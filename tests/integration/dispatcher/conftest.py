from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from notifications.contracts.observability import logger, metrics
from tests.support.dispatcher.scenario import DispatcherScenario


@pytest.fixture
def scenario(engine: Engine) -> Iterator[DispatcherScenario]:
    level = logger.log_level
    logger.setLevel("CRITICAL")
    yield DispatcherScenario(engine)
    logger.setLevel(level)
    metrics.clear_metrics()
