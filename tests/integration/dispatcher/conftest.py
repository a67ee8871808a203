from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from notifications.contracts.observability import logger, metrics
from tests.support.dispatcher.scenario import Desk


@pytest.fixture
def desk(engine: Engine) -> Iterator[Desk]:
    level = logger.log_level
    logger.setLevel("CRITICAL")
    yield Desk(engine)
    logger.setLevel(level)
    metrics.clear_metrics()
