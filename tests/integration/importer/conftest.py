from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from notifications.contracts.observability import logger, metrics
from tests.support.importer.scenario import ImportScenario


@pytest.fixture
def scenario(engine: Engine) -> Iterator[ImportScenario]:
    level = logger.log_level
    logger.setLevel("CRITICAL")
    yield ImportScenario(engine)
    logger.setLevel(level)
    metrics.clear_metrics()
