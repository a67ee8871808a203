"""Fixtures: the API on a real PostgreSQL, called with events of the gateway."""

import pytest
from sqlalchemy import Engine

from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway


@pytest.fixture
def triggers() -> list[str]:
    """List that gets an entry for each trigger of the dispatcher."""
    return []


@pytest.fixture
def call(engine: Engine, triggers: list[str]) -> Gateway:
    """Calls the API as an admin."""
    return api_over(engine, trigger_dispatcher=lambda: triggers.append("triggered"))
