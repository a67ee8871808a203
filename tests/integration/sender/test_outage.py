"""Outages of the provider lose no message."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pytest

from notifications.providers import incidents
from sender.providers.base import OutcomeUnknown, OutgoingMessage, Repeated, Unauthorized, Unavailable
from tests.support.mailings.simulation import ScriptedProvider, simulate
from tests.support.sender.scenario import NOW, SenderScenario

DOWN_FROM = NOW + timedelta(minutes=3)
DOWN_UNTIL = DOWN_FROM + timedelta(hours=2)
OUTAGES = [(Unavailable("HTTP 503: down"), 10_000), (Unauthorized("HTTP 401: no"), 2_000)]


def down(error: Exception) -> ScriptedProvider:
    def script(now: datetime) -> None:
        if DOWN_FROM <= now < DOWN_UNTIL:
            raise error

    return ScriptedProvider(script, NOW)


@pytest.mark.parametrize(("error", "clients"), OUTAGES, ids=["down", "token refused"])
def test_an_outage_of_two_hours_in_the_middle_of_a_mailing(
    scenario: SenderScenario, error: Exception, clients: int
) -> None:
    # 13:00 in Moscow.
    scenario.fill(clients, status="pending", window=(time(9), time(18)), max_rate=clients // 500)
    provider = down(error)
    simulate(scenario.engine, provider, start=NOW, end=DOWN_UNTIL + timedelta(minutes=40))
    assert scenario.statuses() == {"sent": clients}
    assert len(provider.accepted) == clients
    rows = scenario.rows()
    assert max(row.attempts for row in rows) <= 3
    assert all(row.sent_at < NOW.replace(hour=15) for row in rows)
    assert not [row for row in rows if DOWN_FROM <= row.sent_at < DOWN_UNTIL]
    # Probes, and calls in flight at the beginning of the outage, with their quick retries.
    assert provider.calls - clients < 1_000
    assert scenario.state()[0].state == "closed"
    with scenario.engine.connect() as connection:
        (incident,) = incidents.latest(connection, provider.name, at_most=10)
    assert incident.reason == str(error)
    assert DOWN_FROM <= incident.opened_at < DOWN_FROM + timedelta(minutes=1)
    assert incident.closed_at
    assert DOWN_UNTIL <= incident.closed_at < DOWN_UNTIL + timedelta(minutes=10)


def test_an_outage_that_begins_with_a_full_queue(scenario: SenderScenario) -> None:
    scenario.fill(2_000, status="pending", window=(time(9), time(18)))
    provider = down(OutcomeUnknown("no answer within 10 s", timed_out=True))

    def first_thousand(now: datetime) -> None:
        if len(provider.accepted) >= 1_000 and now < DOWN_UNTIL:
            raise OutcomeUnknown("no answer within 10 s", timed_out=True)

    provider.script = first_thousand
    simulate(scenario.engine, provider, start=NOW, end=DOWN_UNTIL + timedelta(minutes=20))
    assert scenario.statuses() == {"sent": 2_000}
    assert provider.calls - 2_000 < 500


def test_a_mailing_of_one_outlasts_an_outage(scenario: SenderScenario) -> None:
    scenario.fill(1, status="pending")
    provider = down(Unavailable("HTTP 503: down"))
    scenario.now = NOW
    simulate(scenario.engine, provider, start=DOWN_FROM, end=DOWN_UNTIL + timedelta(minutes=20))
    assert scenario.statuses() == {"sent": 1}


def test_a_window_that_closes_during_the_outage_is_kept(scenario: SenderScenario) -> None:
    # Open until 14:00 in Moscow, in the middle of the outage, and from 9:00 the next day.
    scenario.fill(50, status="pending", window=(time(9), time(14)), lasts=timedelta(days=1))
    provider = down(Unavailable("HTTP 503: down"))
    simulate(scenario.engine, provider, start=DOWN_FROM, end=DOWN_UNTIL + timedelta(minutes=10))
    assert scenario.statuses() == {"pending": 50}
    opens = NOW.replace(hour=6) + timedelta(days=1)
    simulate(scenario.engine, provider, start=opens - timedelta(minutes=2), end=opens + timedelta(minutes=20))
    assert scenario.statuses() == {"sent": 50}
    assert min(provider.accepted.values()) >= opens


def test_a_batch_without_messages_to_send_releases_the_probe(scenario: SenderScenario) -> None:
    first, second, third = scenario.fill(3)
    provider = down(Unauthorized("HTTP 401: no"))
    scenario.send(provider, [first])
    provider.now = scenario.now = DOWN_FROM
    scenario.send(provider, [second])
    assert scenario.state()[0].state == "open"
    provider.now = scenario.now = DOWN_UNTIL
    assert scenario.send(provider, [first]) == []
    scenario.send(provider, [third])
    assert set(provider.accepted) == {first, third}
    assert scenario.state()[0].state == "closed"


@dataclass
class FlappingProvider(ScriptedProvider):
    """Provider that accepts every message, refuses repeats, and answers 502 in every other seven seconds."""

    async def send(self, message: OutgoingMessage) -> None:
        self.calls += 1
        if message.id in self.accepted:
            raise Repeated("HTTP 409")
        self.accepted[message.id] = self.now
        if int(self.now.timestamp()) // 7 % 2:
            raise OutcomeUnknown("HTTP 502")


def test_a_flapping_provider_gets_every_message_once(scenario: SenderScenario) -> None:
    scenario.fill(1_000, status="pending", max_rate=20)
    provider = FlappingProvider(lambda _: None, NOW)
    simulate(scenario.engine, provider, start=NOW, end=NOW + timedelta(hours=1))
    assert scenario.statuses() == {"sent": 1_000}
    assert len(provider.accepted) == 1_000


def test_a_flapping_provider_is_called_once_for_each_held_message(scenario: SenderScenario) -> None:
    scenario.fill(1_000, status="pending", on_unknown="hold", max_rate=20)
    provider = FlappingProvider(lambda _: None, NOW)
    simulate(scenario.engine, provider, start=NOW, end=NOW + timedelta(hours=1))
    statuses = Counter(scenario.statuses())
    assert statuses["unknown"]
    assert provider.calls == len(provider.accepted) == statuses["sent"] + statuses["unknown"]
    # The others wait for a probe that succeeds.
    assert statuses.keys() <= {"sent", "unknown", "pending", "queued"}
    assert statuses.total() == 1_000
