"""The pace that all senders share, against a provider that takes only so many messages a second."""

from collections import deque
from datetime import datetime, timedelta

from notifications.providers import health
from notifications.providers.rate_limiter import CEILING, Pace
from sender.providers.base import Throttled
from tests.support.mailings.simulation import ScriptedProvider, simulate
from tests.support.sender.scenario import NOW, World, client_of, faulty

LIMIT_PER_SECOND = 20
SECOND = timedelta(seconds=1)


class Limit:
    """Throttles what is beyond the limit within a second."""

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


def test_a_provider_with_a_limit_gets_all_at_about_its_limit(world: World) -> None:
    world.fill(2_000, status="pending")
    limit = Limit()
    provider = ScriptedProvider(limit, NOW)
    simulate(world.engine, provider, start=NOW, end=NOW + timedelta(minutes=15))
    assert world.statuses() == {"sent": 2_000}
    assert max(row.attempts for row in world.rows()) <= 5
    first_minute = sum(at < NOW + timedelta(minutes=1) for at in provider.accepted.values())
    assert first_minute <= LIMIT_PER_SECOND * 60
    assert limit.throttled < 2_000


def test_the_rate_is_cut_by_429_and_can_be_read(world: World, url: str, stand_in: object) -> None:
    stand_in.behaviour = faulty("throttle")  # type: ignore[attr-defined]
    world.fill(10)
    world.send(client_of(url))
    _, pace = world.state()
    assert pace.rate_at(world.now) == CEILING / 2
    assert pace.rate_at(world.now + 60 * SECOND) == CEILING / 2 + 60


def test_while_the_provider_rests_messages_go_back_untouched(world: World, url: str, stand_in: object) -> None:
    stand_in.behaviour = faulty("throttle_seconds", retry_after_seconds=60)  # type: ignore[attr-defined]
    world.fill(20)
    world.send(client_of(url), world.ids[:1])
    world.send(client_of(url), world.ids[1:])
    assert stand_in.ledger.requests == 1  # type: ignore[attr-defined]
    _, *others = world.rows()
    assert {(row.status, row.attempts, row.claim) for row in others} == {("pending", 0, 0)}
    assert {row.due_at for row in others} == {world.now + timedelta(seconds=60)}


def test_releases_pause_while_the_breaker_is_open(world: World, url: str, stand_in: object) -> None:
    stand_in.behaviour = faulty("unauthorized")  # type: ignore[attr-defined]
    world.fill(1)
    world.send(client_of(url))
    with world.engine.connect() as connection:
        now = health.budget(connection, now=world.now, until=world.now + 20 * SECOND)
        next_tick = health.budget(connection, now=world.now, until=world.now + 60 * SECOND)
    assert now.messages == 0
    assert (next_tick.messages, next_tick.slot) == (5, world.now + 30 * SECOND)


def test_another_provider_starts_anew(world: World, url: str, stand_in: object) -> None:
    stand_in.behaviour = faulty("unauthorized")  # type: ignore[attr-defined]
    world.fill(2)
    world.send(client_of(url), world.ids[:1])
    assert world.state()[0].state == "open"
    world.send(ScriptedProvider(lambda _: None, world.now, name="other"), world.ids[1:])
    assert world.rows()[1].status == "sent"
    assert world.state()[0].untroubled


def test_a_mailing_without_trouble_writes_no_state(world: World, url: str) -> None:
    world.fill(10)
    world.send(client_of(url))
    assert world.state()[1] == Pace()
