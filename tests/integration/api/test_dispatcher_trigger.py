"""Changes invoke the dispatcher, as few times as possible."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError
from sqlalchemy import Engine, NullPool, create_engine

from api.dispatcher_trigger import trigger_dispatcher
from notifications.database import dispatcher_runs
from notifications.database.dispatcher_runs import MARK_LIFETIME
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
WORKERS = 8


class Lambda:
    """Fake Lambda client that records invocations and can be made to fail."""

    def __init__(self) -> None:
        self.invoked: list[tuple[str, str, Any]] = []
        self.error: Exception | None = None

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes) -> None:  # noqa: N803
        self.invoked.append((FunctionName, InvocationType, json.loads(Payload)))
        if self.error:
            raise self.error


type Trigger = Callable[[datetime], None]


@pytest.fixture
def client() -> Lambda:
    return Lambda()


def trigger_over(engine: Engine, client: Lambda) -> Trigger:
    return lambda now: trigger_dispatcher(engine, lambda: client, "dispatcher", now=now)  # type: ignore[arg-type, return-value]


@pytest.fixture
def trigger(engine: Engine, client: Lambda) -> Trigger:
    return trigger_over(engine, client)


def begin_run(engine: Engine) -> None:
    with engine.begin() as connection:
        dispatcher_runs.unmark(connection)


def test_the_dispatcher_is_invoked_asynchronously(trigger: Trigger, client: Lambda) -> None:
    trigger(NOW)
    assert client.invoked == [("dispatcher", "Event", {"source": "notifications.change"})]


def test_changes_share_an_invocation_that_has_not_begun(trigger: Trigger, client: Lambda, engine: Engine) -> None:
    for _ in range(3):
        trigger(NOW)
    assert len(client.invoked) == 1
    begin_run(engine)
    trigger(NOW + SECOND)
    assert len(client.invoked) == 2


@pytest.fixture
def engines(engine: Engine) -> Iterator[list[Engine]]:
    made = [create_engine(engine.url, poolclass=NullPool) for _ in range(WORKERS)]
    yield made
    for each in made:
        each.dispose()


def test_two_hundred_simultaneous_changes_invoke_once(engines: list[Engine], client: Lambda) -> None:
    calls = [api_over(each, trigger_dispatcher=partial(trigger_over(each, client), NOW)) for each in engines]
    body = {"phone": "79261234567", "text": "Hello"}

    # An instance of a function has one call at a time.
    def count_accepted(call: Gateway) -> int:
        return sum(call("POST", "mailing/test/", body).status == 202 for _ in range(200 // WORKERS))

    with ThreadPoolExecutor(WORKERS) as threads:
        assert sum(threads.map(count_accepted, calls)) == 200
    assert len(client.invoked) == 1


def test_an_invocation_that_is_lost_blocks_others_for_a_minute(trigger: Trigger, client: Lambda) -> None:
    trigger(NOW)
    trigger(NOW + MARK_LIFETIME - SECOND)
    assert len(client.invoked) == 1
    trigger(NOW + MARK_LIFETIME)
    assert len(client.invoked) == 2


def test_a_failed_invocation_is_logged_and_not_tried_by_each_change(
    trigger: Trigger, client: Lambda, caplog: pytest.LogCaptureFixture
) -> None:
    client.error = ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke")
    trigger(NOW)
    trigger(NOW + SECOND)
    assert len(client.invoked) == 1
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_a_database_that_is_away_after_the_change_is_logged(client: Lambda, caplog: pytest.LogCaptureFixture) -> None:
    away = create_engine("postgresql+psycopg://nobody@/none?host=/nowhere", poolclass=NullPool)
    trigger_over(away, client)(NOW)
    assert client.invoked == []
    assert [record.levelname for record in caplog.records] == ["ERROR"]
