"""The rate limit that all senders share, with a provider that limits its messages per second."""

from collections import deque
from datetime import datetime, timedelta

from notifications.providers import quotas
from notifications.providers.circuit_breaker import PROBE_MESSAGES
from notifications.providers.rate_learning import START
from notifications.providers.rate_limiter import RateLimiter
from notifications.providers.rate_measurement import MIN_THROTTLED
from sender.providers.base import Throttled
from tests.support.mailings.simulation import ScriptedProvider, simulate
from tests.support.sender.scenario import NOW, SenderScenario, client_of, faulty

LIMIT_PER_SECOND = 20
SECOND = timedelta(seconds=1)


class Limit:
    """Fake provider that throttles calls above a limit per second."""

    def __init__(self) -> None:
        self.recent: deque[datetime] = deque()
        self.throttled = 0

    def __call__(self, now: datetime) -> None:
        while self.recent and self.recent[0] <= now - SECOND:
            self.recent.popleft()
        if len(self.recent) >= LIMIT_PER_SECOND:
            self.throttled += 1
            raise Throttled("HTTP 429: slow down")
        self.recent.append(now)


def test_a_provider_with_a_rate_limit_is_called_at_about_its_limit(scenario: SenderScenario) -> None:
    scenario.fill(2_000, status="pending")
    limit = Limit()
    provider = ScriptedProvider(limit, NOW)
    simulate(scenario.engine, provider, start=NOW, end=NOW + timedelta(minutes=15))
    assert scenario.statuses() == {"sent": 2_000}
    assert max(row.attempts for row in scenario.rows()) <= 5
    first_minute = sum(at < NOW + timedelta(minutes=1) for at in provider.accepted.values())
    assert first_minute <= LIMIT_PER_SECOND * 60
    assert limit.throttled < 2_000


def test_a_429_reduces_the_rate_that_the_api_shows(scenario: SenderScenario, url: str, simulated: object) -> None:
    simulated.behaviour = faulty("throttle")  # type: ignore[attr-defined]
    scenario.fill(10)
    scenario.send(client_of(url))
    _, limiter = scenario.state()
    assert limiter.rate_at(scenario.now) == START


def test_during_a_pause_of_the_provider_messages_are_released_unchanged(
    scenario: SenderScenario, url: str, simulated: object
) -> None:
    simulated.behaviour = faulty("throttle_seconds", retry_after_seconds=60)  # type: ignore[attr-defined]
    scenario.fill(20)
    scenario.send(client_of(url), scenario.ids[:MIN_THROTTLED])
    scenario.send(client_of(url), scenario.ids[MIN_THROTTLED:])
    assert simulated.ledger.requests == MIN_THROTTLED  # type: ignore[attr-defined]
    others = scenario.rows()[MIN_THROTTLED:]
    assert {(row.status, row.attempts, row.claim) for row in others} == {("pending", 0, 0)}
    assert {row.due_at for row in others} == {scenario.now + timedelta(seconds=60)}


def test_releases_pause_while_the_breaker_is_open(scenario: SenderScenario, url: str, simulated: object) -> None:
    simulated.behaviour = faulty("unauthorized")  # type: ignore[attr-defined]
    scenario.fill(1)
    scenario.send(client_of(url))
    with scenario.engine.connect() as connection:
        now = quotas.for_release(connection, now=scenario.now, until=scenario.now + 20 * SECOND)
        next_tick = quotas.for_release(connection, now=scenario.now, until=scenario.now + 60 * SECOND)
    assert now.messages == 0
    probe_at = scenario.state()[0].probe_at
    assert probe_at is not None
    assert 20 * SECOND < probe_at - scenario.now <= 30 * SECOND
    assert (next_tick.messages, next_tick.starts_at) == (PROBE_MESSAGES, probe_at)


def test_another_provider_starts_with_its_own_state(scenario: SenderScenario, url: str, simulated: object) -> None:
    simulated.behaviour = faulty("unauthorized")  # type: ignore[attr-defined]
    scenario.fill(2)
    scenario.send(client_of(url), scenario.ids[:1])
    assert scenario.state()[0].state == "open"
    scenario.send(ScriptedProvider(lambda _: None, scenario.now, name="other"), scenario.ids[1:])
    assert scenario.rows()[1].status == "sent"
    assert scenario.state()[0].is_clean


def test_a_mailing_without_trouble_writes_no_state(scenario: SenderScenario, url: str) -> None:
    scenario.fill(10)
    scenario.send(client_of(url))
    assert scenario.state()[1] == RateLimiter()
