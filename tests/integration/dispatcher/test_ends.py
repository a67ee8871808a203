"""Late starts and ends of mailings."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, text

from dispatcher.sqs_queue import Queue
from dispatcher.tick import tick
from notifications.database.tables import mailing
from notifications.mailings import commands
from notifications.mailings import repository as mailings
from tests.support.database.reasons import codes
from tests.support.mailings.claims import claim_messages
from tests.support.mailings.simulation import TimedSqs
from tests.support.sender.scenario import NOW, SenderScenario

HOUR = timedelta(hours=1)


@pytest.fixture
def scenario(engine: Engine) -> SenderScenario:
    return SenderScenario(engine)


def run_tick(scenario: SenderScenario) -> int:
    """Run a tick and return the number of messages that it queued."""
    sqs = TimedSqs(scenario.now)
    tick(scenario.engine, Queue(sqs, "url"), clock=lambda: scenario.now, until=scenario.now + HOUR)  # type: ignore[arg-type]
    return len(sqs.waiting)


def create(scenario: SenderScenario, **values: Any) -> int:
    defaults = {"text": "Hello", "starts_at": NOW, "ends_at": NOW + HOUR}
    with scenario.engine.begin() as connection:
        query = insert(mailing).values(defaults | values).returning(mailing.c.id)
        mailing_id: int = connection.execute(query).scalar_one()
        return mailing_id


def clients(scenario: SenderScenario, n: int = 3) -> None:
    with scenario.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO client (phone, operator_code, timezone)"
                " SELECT '7926' || lpad(n::text, 7, '0'), '926', 'UTC' FROM generate_series(1, :n) AS n"
            ),
            {"n": n},
        )


def status(scenario: SenderScenario, mailing_id: int) -> str:
    with scenario.engine.connect() as connection:
        return str(mailings.get(connection, mailing_id).status)


def test_a_mailing_without_audience_finishes_at_once_and_is_logged(
    scenario: SenderScenario, caplog: pytest.LogCaptureFixture
) -> None:
    mailing_id = create(scenario)
    with caplog.at_level("WARNING"):
        run_tick(scenario)
    assert status(scenario, mailing_id) == "finished"
    assert "mailing finished: no client matches its filter" in caplog.text


def test_a_mailing_with_a_past_start_is_sent_until_its_end(scenario: SenderScenario) -> None:
    clients(scenario)
    create(scenario, starts_at=NOW - 48 * HOUR, ends_at=NOW + HOUR)
    scenario.now = NOW
    assert run_tick(scenario) == 3


def test_a_mailing_whose_end_passed_during_an_outage_expires(scenario: SenderScenario) -> None:
    clients(scenario)
    mailing_id = create(scenario)
    scenario.now = NOW + 2 * HOUR
    assert run_tick(scenario) == 0
    assert (scenario.statuses(), status(scenario, mailing_id)) == ({"expired": 3}, "finished")
    assert codes(scenario.engine) == {"window_never_opens"}


def test_queued_messages_are_not_sent_after_the_end(scenario: SenderScenario) -> None:
    scenario.fill(3, lasts=HOUR)
    scenario.now = NOW + HOUR
    with scenario.engine.begin() as connection:
        assert claim_messages(connection, scenario.ids, now=scenario.now) == []
    assert (scenario.statuses(), codes(scenario.engine)) == ({"expired": 3}, {"mailing_ended"})


def test_a_mailing_finishes_with_the_first_tick_after_its_end_though_messages_are_on_the_queue(
    scenario: SenderScenario,
) -> None:
    scenario.fill(3, lasts=HOUR)
    scenario.now = NOW + HOUR
    run_tick(scenario)
    assert (scenario.statuses(), status(scenario, 1)) == ({"expired": 3}, "finished")
    with scenario.engine.begin() as connection:
        assert claim_messages(connection, scenario.ids, now=scenario.now) == []


@pytest.mark.parametrize("planned", [True, False])
def test_a_paused_mailing_finishes_at_its_end(scenario: SenderScenario, planned: bool) -> None:
    clients(scenario)
    mailing_id = create(scenario)
    if planned:
        scenario.now = NOW
        run_tick(scenario)
    with scenario.engine.begin() as connection:
        commands.pause(connection, mailing_id, now=scenario.now)
    scenario.now = NOW + HOUR
    run_tick(scenario)
    assert (scenario.statuses(), status(scenario, mailing_id)) == ({"expired": 3}, "finished")


def test_a_tick_logs_its_work_by_mailing(scenario: SenderScenario, caplog: pytest.LogCaptureFixture) -> None:
    clients(scenario)
    mailing_id = create(scenario)
    with caplog.at_level("INFO"):
        run_tick(scenario)
    (line,) = [vars(record) for record in caplog.records if record.message == "mailing ticked"]
    assert (line["mailing_id"], line["planned"], line["released"]) == (mailing_id, 3, 3)
    assert set(line["milliseconds"]) == {"planned", "released"}
