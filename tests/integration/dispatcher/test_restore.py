"""A database restored from a copy made in the middle of a mailing."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from notifications.contracts.enumerations import Resolution
from notifications.mailings import commands, restore, retries
from notifications.messages import test_sends
from sender.delivery import Sender
from sender.providers.base import OutgoingMessage
from tests.support.database.copies import dump, restored
from tests.support.database.reasons import codes
from tests.support.dispatcher.scenario import NOW, DispatcherScenario
from tests.support.mailings.claims import claim_messages
from tests.support.mailings.planned import AUTHOR

CLIENTS = 30
AWAKE = CLIENTS * 2 // 3
DAYTIME = (time(9), time(21))
COPIED_AT = NOW + timedelta(seconds=30)
RESTORED_AT = NOW + timedelta(hours=1)
OVER = {"on the way": COPIED_AT, "next": NOW + timedelta(minutes=5), "tomorrow": NOW + timedelta(days=1)}


class Provider:
    """Fake provider that accepts and records every message."""

    name = "fake"

    def __init__(self) -> None:
        self.accepted: Counter[tuple[str, str]] = Counter()
        self.known: dict[int, set[tuple[str, str]]] = defaultdict(set)

    async def send(self, message: OutgoingMessage) -> None:
        self.accepted[message.phone, message.text] += 1
        self.known[message.id].add((message.phone, message.text))

    def to(self, text: str) -> int:
        """Return the number of phones that got the text."""
        return sum(1 for _, sent in self.accepted if sent == text)

    def twice(self) -> int:
        """Return the number of phones that got a text more than once."""
        return sum(1 for times in self.accepted.values() if times > 1)


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def copy(scenario: DispatcherScenario, provider: Provider, tmp_path: Path) -> Iterator[DispatcherScenario]:
    """The scenario after the restore.

    When the copy was made, messages of one mailing were sent, queued and in flight. Afterwards the rest of it, a second
    mailing, and a third one that the copy does not contain were sent.
    """
    scenario.provider = provider  # type: ignore[assignment]
    queued = begin_mailings(scenario)
    dump(scenario.engine, tmp_path / "copy")
    finish_mailings(scenario, queued)
    assert (provider.to("on the way"), provider.to("next"), provider.to("tomorrow")) == (AWAKE, AWAKE, 0)
    assert provider.to("Hello") == AWAKE
    with restored(scenario.engine, tmp_path / "copy") as engine:
        scenario.engine, scenario.now = engine, RESTORED_AT
        yield scenario


def begin_mailings(scenario: DispatcherScenario) -> list[int]:
    """Send 5 of the queued messages, leave 3 in flight, and return the ids of all."""
    scenario.add_clients(CLIENTS)
    mailings = {name: scenario.add_mailing(starts_at=at, window=DAYTIME) for name, at in OVER.items()}
    scenario.now = COPIED_AT
    with scenario.engine.begin() as connection:
        for name, mailing_id in mailings.items():
            connection.execute(text("UPDATE mailing SET text = :name WHERE id = :id"), {"name": name, "id": mailing_id})
        test_sends.create(connection, phone="79990000000", text="a test", now=scenario.now)
    scenario.tick()
    queued = scenario.sqs.receive()
    sender = Sender(erasure_key=bytes, engine=scenario.engine, provider=scenario.provider, clock=lambda: scenario.now)
    asyncio.run(sender.deliver(queued[:5]))
    with scenario.engine.begin() as connection:
        assert len(claim_messages(connection, queued[5:8], now=scenario.now)) == 3
    return queued


def finish_mailings(scenario: DispatcherScenario, queued: list[int]) -> None:
    """Send the remaining messages and another mailing."""
    with scenario.engine.begin() as connection:
        # The worker dies, and its lease ends before the next tick.
        connection.execute(
            text("UPDATE message SET lease_until = :now WHERE status = 'sending'"), {"now": scenario.now}
        )
    scenario.sqs.waiting += [(scenario.now, each) for each in queued[8:]]
    scenario.add_mailing(window=DAYTIME)
    for _ in range(8):
        scenario.now += timedelta(minutes=1)
        scenario.tick()
        scenario.send()


def hold_back(engine: Engine) -> restore.HeldBack:
    with engine.begin() as connection:
        return restore.hold_back(connection, restored_from=COPIED_AT, now=RESTORED_AT)


def test_without_holding_back_messages_are_sent_twice(copy: DispatcherScenario, provider: Provider) -> None:
    copy.run_until_finished(every=timedelta(hours=1))
    assert provider.twice() >= AWAKE
    # Other messages get ids that the provider already knows.
    assert any(len(messages) > 1 for messages in provider.known.values())


def test_no_message_is_sent_twice_before_an_operator_decides(copy: DispatcherScenario, provider: Provider) -> None:
    held = hold_back(copy.engine)
    on_the_way, following, tomorrow = 1, 2, 3
    # All clients with an open window, except the five whose messages were sent in the copy.
    assert held == restore.HeldBack([on_the_way, following], unknown=2 * AWAKE - 5, test_sends=1)
    assert copy.statuses(on_the_way) == {"sent": 5, "unknown": AWAKE - 5, "pending": CLIENTS - AWAKE}
    assert codes(copy.engine) == {None, "restored"}
    assert copy.statuses(following) == {"unknown": AWAKE, "pending": CLIENTS - AWAKE}

    copy.run_until_finished(every=timedelta(hours=1))
    assert copy.statuses(tomorrow) == {"sent": CLIENTS}, "what had not begun goes on by itself"
    assert (provider.to("on the way"), provider.to("next"), provider.twice()) == (AWAKE, AWAKE, 0)

    for each in (on_the_way, following):
        with copy.engine.begin() as connection:
            commands.resume(connection, each, now=copy.now)
    copy.run_until_finished(every=timedelta(hours=1))
    assert (provider.to("on the way"), provider.to("next"), provider.twice()) == (CLIENTS, CLIENTS, 0)
    assert all(len(messages) == 1 for messages in provider.known.values())

    with copy.engine.begin() as connection:
        retries.resolve(connection, on_the_way, Resolution.RESEND, None, author=AUTHOR, now=copy.now)
        retries.resolve(connection, following, Resolution.GIVE_UP, None, author=AUTHOR, now=copy.now)
    copy.run_until_finished(every=timedelta(hours=1))
    assert copy.statuses(on_the_way) == {"sent": CLIENTS}
    # The test send stays unknown: operators cannot resolve test sends.
    assert codes(copy.engine) == {None, "given_up", "restored"}
    assert copy.statuses(following) == {"failed": AWAKE, "sent": CLIENTS - AWAKE}
    assert provider.twice() == AWAKE - 5
    copy.assert_reconciled()


def test_messages_outside_their_window_are_not_held_back(copy: DispatcherScenario, provider: Provider) -> None:
    """The window was closed when the copy was made and is still closed, so none of these can have been sent."""
    with copy.engine.begin() as connection:
        asleep = "UPDATE message SET due_at = :then, closes_at = :then WHERE status = 'pending'"
        connection.execute(text(asleep), {"then": NOW - timedelta(hours=1)})
    hold_back(copy.engine)
    assert copy.statuses(1)["pending"] == CLIENTS - AWAKE
    assert provider.twice() == 0


def test_holding_back_twice_does_no_harm(copy: DispatcherScenario) -> None:
    first, second = hold_back(copy.engine), hold_back(copy.engine)
    assert second == restore.HeldBack(first.mailings, unknown=0, test_sends=0)
    copy.assert_reconciled()


def test_a_time_of_the_copy_in_the_future_is_refused(engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(ValueError, match="restored_from: 2027-"):
        restore.hold_back(connection, restored_from=datetime(2027, 1, 1, tzinfo=UTC), now=RESTORED_AT)
