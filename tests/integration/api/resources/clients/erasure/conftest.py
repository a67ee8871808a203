"""Fixtures of erasures."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

from tests.support.mailings.person import PersonScenario


@pytest.fixture
def other(engine: Engine) -> Iterator[PersonScenario]:
    """The same database over a connection of its own, so that a call waits for nothing but locks."""
    own = create_engine(engine.url)
    yield PersonScenario(own)
    own.dispose()


@pytest.fixture
def person(engine: Engine) -> PersonScenario:
    return PersonScenario(engine)
