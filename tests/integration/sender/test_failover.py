"""A failover of the database in the middle of a batch makes no outcome unknown."""

import itertools
import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from notifications import message_state
from notifications.contracts.enumerations import OutcomeStatus
from notifications.database import sessions
from notifications.database.engine import engine as make_engine
from notifications.message_state import Outcome
from sender.delivery import BATCH_TIME_LIMIT
from sender.providers.base import OutgoingMessage
from sender.recording import record_outcomes
from tests.support.database.silence import Relay
from tests.support.mailings.claims import claim_messages
from tests.support.sender.scenario import SenderScenario

# 0 for an outage of four refused connections; the long form lasts as long as a failover.
OUTAGE = timedelta(seconds=int(os.environ.get("OUTAGE", "0")))


class InOutage:
    """Provider that accepts every message, and runs something before it answers the first call."""

    name = "in outage"

    def __init__(self, happen: Callable[[], None]) -> None:
        self.accepted: list[int] = []
        self._happen = happen

    async def send(self, message: OutgoingMessage) -> None:
        if not self.accepted:
            self._happen()
        self.accepted.append(message.id)


@pytest.fixture
def relay(database_url: str) -> Relay:
    folder = make_url(database_url).query["host"]
    assert isinstance(folder, str)
    return Relay(str(Path(folder) / ".s.PGSQL.5432"))


@pytest.fixture
def behind(engine: Engine, relay: Relay) -> Iterator[Engine]:
    assert engine
    with relay.open() as port:
        behind = make_engine(f"postgresql://postgres@127.0.0.1:{port}/postgres?sslmode=disable", sessions.SENDER)
        yield behind
        behind.dispose()


def outage() -> Callable[[], bool]:
    if OUTAGE:
        ends = time.monotonic() + OUTAGE.total_seconds()
        return lambda: time.monotonic() < ends
    refused = itertools.count()
    return lambda: next(refused) < 4


@pytest.mark.parametrize("on_unknown", ["hold", "resend"])
def test_outcomes_outlast_a_database_that_goes_away(
    scenario: SenderScenario, behind: Engine, relay: Relay, on_unknown: str
) -> None:
    scenario.fill(10, on_unknown=on_unknown)
    provider = InOutage(lambda: relay.go_away(outage()))
    scenario.send(provider, engine=behind)
    assert scenario.statuses() == {"sent": 10}
    assert sorted(provider.accepted) == scenario.ids


def test_a_batch_waits_for_the_database_before_its_claim(
    scenario: SenderScenario, behind: Engine, relay: Relay
) -> None:
    scenario.fill(3, on_unknown="hold")
    relay.go_away(outage())
    scenario.send(InOutage(lambda: None), within=2 * BATCH_TIME_LIMIT, engine=behind)
    assert scenario.statuses() == {"sent": 3}


@pytest.mark.parametrize(
    ("max_rate", "within"), [(None, BATCH_TIME_LIMIT), (100, BATCH_TIME_LIMIT), (None, timedelta(seconds=1))]
)
def test_a_claim_whose_answer_is_lost_leaves_no_message_with_a_sender(
    scenario: SenderScenario, behind: Engine, relay: Relay, max_rate: int | None, within: timedelta
) -> None:
    def lose(_: Connection, __: Any, statement: str, *___: Any) -> None:
        if "lease_until" in statement and next(once, None):
            relay.go_away(outage())
            raise OperationalError("the answer is lost", None, Exception())

    once = iter(["lost"])
    scenario.fill(3, on_unknown="hold", max_rate=max_rate)
    event.listen(behind, "after_cursor_execute", lose)
    provider = InOutage(lambda: None)
    assert scenario.send(provider, within=within, engine=behind) == []
    assert next(once, None) is None
    assert (scenario.statuses(), provider.accepted) == ({"pending": 3}, [])
    scenario.requeue_due()
    scenario.send(provider, engine=behind)
    assert scenario.statuses() == {"sent": 3}
    assert {row.attempts for row in scenario.rows()} == {1}


def test_a_batch_that_another_sender_has_claimed_is_not_given_back(scenario: SenderScenario) -> None:
    scenario.fill(2, on_unknown="hold")
    with scenario.engine.begin() as connection:
        claim_messages(connection, scenario.ids, now=scenario.now)
        mine = scenario.now + message_state.LEASE + timedelta(microseconds=1)
        assert message_state.give_back(connection, scenario.ids, lease_until=mine, now=scenario.now) == 0
    assert scenario.statuses() == {"sending": 2}


def test_outcomes_are_recorded_by_the_new_primary_when_the_old_one_is_read_only(
    scenario: SenderScenario, behind: Engine
) -> None:
    def demote(connection: Connection, _: Any, statement: str, *__: Any) -> None:
        if "INSERT INTO attempt" in statement and (reason := next(once, None)):
            connection.connection.cursor().execute(reason)

    once = iter(["SET default_transaction_read_only = on"])
    scenario.fill(3, on_unknown="hold")
    event.listen(behind, "before_cursor_execute", demote)
    scenario.send(InOutage(lambda: None), engine=behind)
    assert next(once, None) is None
    assert scenario.statuses() == {"sent": 3}
    with behind.connect() as connection:
        assert connection.execute(text("SHOW default_transaction_read_only")).scalar_one() == "off"


def test_recording_ends_with_the_invocations_time(scenario: SenderScenario, behind: Engine, relay: Relay) -> None:
    (message_id,) = scenario.fill(1, on_unknown="hold")
    with scenario.engine.begin() as connection:
        claimed = claim_messages(connection, [message_id], now=scenario.now)
    outcome = Outcome(id=message_id, claim=claimed[0].claim, status=OutcomeStatus.SENT)
    tries = itertools.count()
    relay.go_away(lambda: next(tries) >= 0)
    with pytest.raises(OperationalError):
        record_outcomes(behind, claimed, [outcome], erasure_key=bytes, now=scenario.now, ends=time.monotonic())
    assert next(tries) == 1
