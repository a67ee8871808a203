"""The API over a real PostgreSQL, called as the gateway calls it."""

import pytest
from sqlalchemy import Engine

from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway


@pytest.fixture
def triggers() -> list[str]:
    """Grows each time that the dispatcher is triggered."""
    return []


@pytest.fixture
def call(engine: Engine, triggers: list[str]) -> Gateway:
    """An admin who calls the API."""
    return api_over(engine, trigger_dispatcher=lambda: triggers.append("triggered"))
