"""Calls that a provider throttles for some messages: the others and other mailings go on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from sender.providers.base import OutgoingMessage, Throttled
from tests.support.mailings.simulation import ScriptedProvider, simulate
from tests.support.sender.scenario import NOW, SenderScenario

SECOND = timedelta(seconds=1)


class Recording(ScriptedProvider):
    """Provider that records when each message was called first."""

    def __init__(self, script: Callable[[datetime], None], now: datetime) -> None:
        super().__init__(script, now)
        self.first_called: dict[int, datetime] = {}

    async def send(self, message: OutgoingMessage) -> None:
        self.first_called.setdefault(message.id, self.now)
        await super().send(message)


def test_every_fourth_throttled_call_stops_neither_the_others_nor_other_mailings(scenario: SenderScenario) -> None:
    scenario.fill(80, status="pending")
    others = [*scenario.fill(4, status="pending"), *scenario.fill(4, status="pending")]
    numbers = count(1)

    def every_fourth(_: datetime) -> None:
        if next(numbers) % 4 == 0:
            raise Throttled("HTTP 429: slow down", retry_after=2 * SECOND)

    provider = Recording(every_fourth, NOW)
    simulate(scenario.engine, provider, start=NOW, end=NOW + 70 * SECOND, looks=True)
    assert len(provider.accepted) >= 80
    # The goal is 10 s. 25 s were seen: a message that finds no call left waits 5 s, some of them several times.
    assert max(provider.first_called[each] for each in others) < NOW + 10 * SECOND


def test_a_message_that_is_always_throttled_holds_nobody_else(scenario: SenderScenario) -> None:
    (first, *rest) = scenario.fill(30, status="pending")
    provider = ScriptedProvider(lambda _: None, NOW)
    send = provider.send

    async def throttled_for_first(message: OutgoingMessage) -> None:
        if message.id == first:
            raise Throttled("HTTP 429: this number", retry_after=timedelta(minutes=5))
        await send(message)

    provider.send = throttled_for_first  # type: ignore[method-assign]
    simulate(scenario.engine, provider, start=NOW, end=NOW + 20 * SECOND, looks=True)
    assert provider.accepted.keys() == set(rest)
    assert max(provider.accepted.values()) < NOW + 5 * SECOND
    _, limiter = scenario.state()
    assert (limiter.rate, limiter.hold_until) == (1_000, None)
