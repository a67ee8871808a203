"""The API over a real PostgreSQL, called as the gateway calls it."""

import pytest
from sqlalchemy import Engine

from api import dispatcher_trigger, request_context
from tests.support.gateway import Gateway, user


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows each time that the dispatcher is woken."""
    calls: list[str] = []
    monkeypatch.setattr(dispatcher_trigger, "wake_dispatcher", lambda: calls.append("woken"))
    return calls


@pytest.fixture
def call(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """An admin who calls the API."""
    monkeypatch.setattr(request_context, "database", lambda: engine)
    return Gateway(user("admin"))
