"""How mailings begin late and come to their end."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, text

from dispatcher.sqs_queue import Queue
from dispatcher.tick import tick
from notifications import message_state
from notifications.database.tables import mailing
from notifications.mailings import commands
from notifications.mailings import repository as mailings
from tests.support.database.reasons import codes
from tests.support.mailings.simulation import TimedSqs
from tests.support.sender.scenario import NOW, World

HOUR = timedelta(hours=1)


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)


def run_tick(world: World) -> int:
    """A tick. Gives how many messages it put out."""
    sqs = TimedSqs(world.now)
    tick(world.engine, Queue(sqs, "url"), clock=lambda: world.now, until=world.now + HOUR)  # type: ignore[arg-type]
    return len(sqs.waiting)


def create(world: World, **values: Any) -> int:
    defaults = {"text": "Hello", "starts_at": NOW, "ends_at": NOW + HOUR}
    with world.engine.begin() as connection:
        query = insert(mailing).values(defaults | values).returning(mailing.c.id)
        mailing_id: int = connection.execute(query).scalar_one()
        return mailing_id


def clients(world: World, n: int = 3) -> None:
    with world.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO client (phone, operator_code, timezone)"
                " SELECT '7926' || lpad(n::text, 7, '0'), '926', 'UTC' FROM generate_series(1, :n) AS n"
            ),
            {"n": n},
        )


def status(world: World, mailing_id: int) -> str:
    with world.engine.connect() as connection:
        return str(mailings.get(connection, mailing_id).status)


def test_nobody_in_the_audience_finishes_at_once_and_says_so(world: World, caplog: pytest.LogCaptureFixture) -> None:
    mailing_id = create(world)
    with caplog.at_level("WARNING"):
        run_tick(world)
    assert status(world, mailing_id) == "finished"
    assert "mailing finished: no client matches its filter" in caplog.text


def test_a_start_long_past_sends_until_the_end_and_no_longer(world: World) -> None:
    clients(world)
    create(world, starts_at=NOW - 48 * HOUR, ends_at=NOW + HOUR)
    world.now = NOW
    assert run_tick(world) == 3


def test_the_service_was_down_until_after_the_end(world: World) -> None:
    clients(world)
    mailing_id = create(world)
    world.now = NOW + 2 * HOUR
    assert run_tick(world) == 0
    assert (world.statuses(), status(world, mailing_id)) == ({"expired": 3}, "finished")
    assert codes(world.engine) == {"window_never_opens"}


def test_what_is_on_the_queue_is_not_sent_after_the_end(world: World) -> None:
    world.fill(3, lasts=HOUR)
    world.now = NOW + HOUR
    with world.engine.begin() as connection:
        assert message_state.claim(connection, world.ids, now=world.now) == []
    assert (world.statuses(), codes(world.engine)) == ({"expired": 3}, {"mailing_ended"})


@pytest.mark.parametrize("planned", [True, False])
def test_a_pause_ends_with_the_mailing(world: World, planned: bool) -> None:
    clients(world)
    mailing_id = create(world)
    if planned:
        world.now = NOW
        run_tick(world)
    with world.engine.begin() as connection:
        commands.pause(connection, mailing_id)
    world.now = NOW + HOUR
    run_tick(world)
    run_tick(world)
    assert (world.statuses(), status(world, mailing_id)) == ({"expired": 3}, "finished")


def test_a_tick_says_what_it_did_for_each_mailing(world: World, caplog: pytest.LogCaptureFixture) -> None:
    clients(world)
    mailing_id = create(world)
    with caplog.at_level("INFO"):
        run_tick(world)
    (line,) = [vars(record) for record in caplog.records if record.message == "mailing ticked"]
    assert (line["mailing_id"], line["planned"], line["released"]) == (mailing_id, 3, 3)
    assert set(line["milliseconds"]) == {"planned", "released"}
