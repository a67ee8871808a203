"""Migration 0011 makes test sends messages; the previous version still works with them under their old name."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from notifications import message_state
from notifications.contracts.enumerations import MessageStatus
from notifications.database import migrations
from notifications.database.tables import FIRST_DIRECT_ID
from notifications.messages import test_sends
from sender.delivery import Sender
from tests.support.mailings.simulation import ScriptedProvider

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
STATUSES = ["pending", "queued", "sending", "sent", "failed"]

# Statements of the previous version.
CREATE = """
    INSERT INTO trial (phone, text, since, created_at) VALUES ('79260000001', 'Hello', :now, :now)
    RETURNING trial.id, trial.phone, trial.text, trial.status, trial.since, trial.created_at, trial.error
"""
RELEASE = "UPDATE trial SET status = 'queued', since = :now WHERE status = 'pending' RETURNING trial.id"
PUT_BACK = "UPDATE trial SET status = 'pending', since = :now WHERE id IN (:id) RETURNING trial.id"
CLAIM = """
    UPDATE trial SET status = 'sending', since = :now WHERE id IN (:id) AND status = 'queued' RETURNING trial.id
"""
SETTLE = """
    UPDATE trial SET status = 'sent', since = :now, error = NULL WHERE id = :id AND status = 'sending'
    RETURNING trial.id
"""
FAIL = """
    UPDATE trial SET status = 'failed', since = :now, error = 'it was not sent in time'
    WHERE status IN ('pending', 'queued') AND created_at < :now RETURNING trial.id
"""


@pytest.fixture
def before(fresh: Engine) -> Engine:
    """A database of the previous version."""
    migrations.upgrade(fresh, "0010")
    return fresh


@pytest.fixture
def after(before: Engine) -> Engine:
    """A migrated database that the previous and this version use."""
    migrations.upgrade(before)
    return before


def ask(engine: Engine, statement: str, **values: Any) -> list[Any]:
    """Return the first column of a statement's result."""
    with engine.begin() as connection:
        return list(connection.execute(text(statement), {"now": NOW, **values}).scalars())


def show(engine: Engine, message_id: int) -> test_sends.TestSend:
    with engine.connect() as connection:
        return test_sends.get(connection, message_id)


def send(engine: Engine, ids: list[int]) -> ScriptedProvider:
    provider = ScriptedProvider(lambda _: None, NOW)
    asyncio.run(Sender(erasure_key=bytes, engine=engine, provider=provider, clock=lambda: NOW).deliver(ids))
    return provider


def test_test_sends_keep_their_ids_and_statuses_both_ways(before: Engine) -> None:
    for status in STATUSES:
        ids = ask(before, CREATE)
        ask(before, "UPDATE trial SET status = :status, error = :error WHERE id = :id RETURNING id",
            status=status, error="HTTP 400" if status == "failed" else None, id=ids[0])  # fmt: skip
    kept = ask(before, "SELECT to_jsonb(trial) FROM trial ORDER BY id")
    migrations.upgrade(before)
    shown = [show(before, FIRST_DIRECT_ID + number) for number in range(len(STATUSES))]
    assert [each.status for each in shown] == STATUSES
    assert [each.error for each in shown] == [None] * 4 + ["HTTP 400"]
    assert {(each.phone, each.text, each.created_at) for each in shown} == {("79260000001", "Hello", NOW)}
    with before.begin() as connection:
        created = test_sends.create(connection, phone="79260000002", text="Hi", now=NOW)
    assert created.id == FIRST_DIRECT_ID + len(STATUSES)

    migrations.downgrade(before, "0009")
    assert ask(before, "SELECT to_jsonb(trial) FROM trial ORDER BY id")[:-1] == kept
    assert ask(before, CREATE) == [created.id + 1]
    assert ask(before, "SELECT count(*) FROM message") == [0]


def test_waiting_test_sends_are_sent_and_those_of_dead_workers_swept(before: Engine) -> None:
    waiting, queued, claimed = (ask(before, CREATE)[0] for _ in range(3))
    for status, message_id in (("queued", queued), ("sending", claimed)):
        ask(before, "UPDATE trial SET status = :status WHERE id = :id RETURNING id", status=status, id=message_id)
    migrations.upgrade(before)
    with before.begin() as connection:
        due = message_state.release(connection, None, now=NOW, due_before=NOW + SECOND, at_most=10)
    assert [each.id for each in due] == [waiting]
    assert send(before, [waiting, queued, claimed]).accepted.keys() == {waiting, queued}
    with before.begin() as connection:
        (swept,) = message_state.sweep(connection, now=NOW + message_state.LEASE + SECOND, at_most=10)
    assert (swept.mailing_id, swept.status, swept.messages) == (None, "pending", 1)


def test_the_previous_version_sends_test_sends_of_both_versions(after: Engine) -> None:
    own = ask(after, CREATE)[0]
    with after.begin() as connection:
        other = test_sends.create(connection, phone="79260000002", text="Hi", now=NOW).id
    assert ask(after, "SELECT text FROM trial ORDER BY id") == ["Hello", "Hi"]
    assert sorted(ask(after, RELEASE)) == [own, other]
    for each in (own, other):
        assert ask(after, CLAIM, id=each) == [each]
        assert ask(after, CLAIM, id=each) == []
        assert ask(after, SETTLE, id=each) == [each]
        assert show(after, each).status == MessageStatus.SENT
        assert ask(after, PUT_BACK, id=each) == []
    assert ask(after, "SELECT message_id FROM attempt ORDER BY 1") == [own, other]
    assert ask(after, "SELECT count(*) FROM message WHERE sent_at IS NULL OR lease_until IS NOT NULL") == [0]


def test_each_version_sends_what_the_other_has_released(after: Engine) -> None:
    own, other = (ask(after, CREATE)[0] for _ in range(2))
    assert ask(after, RELEASE) == [own, other]
    assert ask(after, PUT_BACK, id=own) == [own]
    with after.begin() as connection:
        message_state.release(connection, None, now=NOW, due_before=NOW + SECOND, at_most=10)
    assert send(after, [own]).calls == 1
    assert ask(after, CLAIM, id=own) == []
    assert ask(after, CLAIM, id=other) == [other]
    assert send(after, [other]).calls == 0


def test_the_previous_version_fails_lost_test_sends(after: Engine) -> None:
    (lost,) = ask(after, CREATE)
    assert ask(after, FAIL, now=NOW + timedelta(minutes=16)) == [lost]
    failed = show(after, lost)
    assert (failed.status, failed.error) == ("failed", "it was not sent in time")
