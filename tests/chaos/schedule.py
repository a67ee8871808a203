"""What goes wrong, and when: drawn from the seed and from nothing else."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

KILLS_A_SECOND = 6
# Kills come in storms, with calms between them in which something is sent: both together, and the storms alone.
ROUND_SECONDS, STORM_SECONDS = 5, 3.5
ACTS_A_SECOND = 1
# Whom a kill strikes, by weight; `senders` are all of them at once, `stack_` are MiniStack's own, slow to come back.
VICTIMS = {
    "sender": 70,
    "dispatcher": 6,
    "senders": 2,
    "stack_sender": 2,
    "stack_dispatcher": 0.5,
    "stack_api": 0.5,
    "stack_dead_letter": 0.5,
}
# What else happens, and how often among so many acts: nothing comes again before all of it has come.
DECK = {
    "behave": 6,
    "repeat": 4,
    "test": 4,
    "pause": 2,
    "text": 2,
    "window": 2,
    "rate": 1,
    "visibility": 1,
    "lose": 1,
    "restart_postgres": 1,
    "crash_postgres": 1,
}
# What only an operator at the REST API does, who waits for the answers.
BY_API = ("test", "pause", "text", "window", "rate")
DOWN = ("refuse", "hang", "http_503", "unauthorized", "accept_then_drop", "html")
NOW_AND_THEN = (
    *("refuse", "hang", "drip", "http_500", "http_502", "http_503", "http_504", "throttle", "throttle_seconds"),
    *("throttle_date", "html", "empty", "broken_json", "wrong_code", "bad_request", "forbidden", "redirect"),
    *("accept_then_drop", "half_close"),
)


@dataclass(frozen=True)
class Act:
    """One thing that happens.

    Attributes:
        at: seconds from the start.
        kind: a victim for a kill, or one of the deck.
        choice: 0 to 1, picks among what is there at that moment.
        given: what the kind needs besides.
    """

    at: float
    kind: str
    choice: float = 0
    given: Mapping[str, Any] = field(default_factory=dict)


def kills(seed: int, seconds: float) -> list[Act]:
    """Who is killed, in order of time."""
    chance = random.Random(f"kills {seed}")
    victims = tuple(VICTIMS)
    return [
        Act(at, chance.choices(victims, tuple(VICTIMS.values()))[0], chance.random())
        for at in _moments(chance, seconds, KILLS_A_SECOND * ROUND_SECONDS / STORM_SECONDS)
        if at % ROUND_SECONDS < STORM_SECONDS
    ]


def acts(seed: int, seconds: float) -> list[Act]:
    """What else happens, in order of time."""
    chance = random.Random(f"acts {seed}")
    kinds = _dealt(chance)
    return [
        Act(at, kind, chance.random(), _given(kind, chance))
        for at, kind in zip(_moments(chance, seconds, ACTS_A_SECOND), kinds, strict=False)
    ]


def _moments(chance: random.Random, seconds: float, a_second: float) -> Iterator[float]:
    at = chance.expovariate(a_second)
    while at < seconds:
        yield at
        at += chance.expovariate(a_second)


def _dealt(chance: random.Random) -> Iterator[str]:
    while True:
        deck = [kind for kind, number in DECK.items() for _ in range(number)]
        chance.shuffle(deck)
        yield from deck


def _given(kind: str, chance: random.Random) -> dict[str, Any]:
    if kind == "behave":
        return _behaviour(chance)
    given: dict[str, dict[str, Any]] = {
        "repeat": {"messages": chance.randint(1, 30), "delay": chance.choice((0, 0, 1, 5))},
        "test": {"number": chance.randint(1, 3)},
        "pause": {"seconds": chance.uniform(0.2, 2)},
        "text": {"text": f"Text {chance.randrange(1000)}"},
        "window": {"send_window": _window(chance)},
        "rate": {"max_rate": chance.choice((None, 20, 50, 100))},
        "visibility": {"seconds": chance.randint(2, 20)},
    }
    return given.get(kind, {})


def _window(chance: random.Random) -> dict[str, str] | None:
    if chance.random() < 0.3:
        return None
    start, hours = chance.randrange(24), chance.randint(10, 20)
    return {"start": f"{start:02}:00", "end": f"{(start + hours) % 24:02}:00"}


def _behaviour(chance: random.Random) -> dict[str, Any]:
    if chance.random() < 0.2:
        faults, until = [{"kind": chance.choice(DOWN), "share": 1.0}], chance.randint(5, 60)
    else:
        faults, until = (
            [{"kind": kind, "share": chance.uniform(0.02, 0.12)} for kind in chance.sample(NOW_AND_THEN, 3)],
            None,
        )
    return {
        "faults": faults,
        "until_requests": until,
        "latency_ms": chance.choice((5, 20, 100, 300)),
        "jitter_ms": 5,
        "drip_ms": 5,
        "retry_after_seconds": 1,
        "reject_repeats": True,
        "seed": chance.randrange(2**31),
    }
