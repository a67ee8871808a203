"""Schedule of the faults, drawn at random from the seed alone."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from notifications.contracts.enumerations import OptOutScope

KILLS_PER_SECOND = 6
# Each round begins with kills; in the rest of it messages can be sent.
ROUND_SECONDS, KILL_SECONDS = 5, 3.5
ACTIONS_PER_SECOND = 1
# Weights of kill targets. `senders` kills all senders at once; `stack_` are instances of MiniStack, slow to restart.
TARGETS = {
    "sender": 70,
    "dispatcher": 6,
    "senders": 2,
    "stack_sender": 2,
    "stack_dispatcher": 0.5,
    "stack_api": 0.5,
    "stack_dead_letter": 0.5,
    "stack_receiver": 0.5,
}
# Numbers of the other actions in one round. A round is shuffled, and ends before the next begins.
ACTIONS = {
    "behave": 6,
    "repeat": 4,
    "test": 4,
    "draft": 3,
    "opt_out": 3,
    "pause": 2,
    "text": 2,
    "window": 2,
    "rate": 1,
    "visibility": 1,
    "lose": 1,
    "restart_postgres": 1,
    "crash_postgres": 1,
}
# Actions of an operator, who waits for the API's answers.
BY_API = ("test", "draft", "opt_out", "pause", "text", "window", "rate")
# Calls after the creation of a draft. Without any it stays a draft.
DRAFT_STEPS = ((), ("launch", "withdraw"), ("launch", "withdraw"), ("launch", "withdraw", "launch"))
OUTAGES = ("refuse", "hang", "http_503", "unauthorized", "accept_then_drop", "html")
# Faults after which a provider may have accepted the message.
UNCLEAR = ("http_500", "http_502", "http_504", "html", "empty", "broken_json", "half_close")
SPORADIC = (
    *("refuse", "hang", "drip", "http_500", "http_502", "http_503", "http_504", "throttle", "throttle_seconds"),
    *("throttle_date", "html", "empty", "broken_json", "wrong_code", "bad_request", "forbidden", "redirect"),
    *("accept_then_drop", "half_close"),
)
# Faults of receipts that are true all the same.
RECEIPT_FAULTS = {"late": 0.3, "twice": 0.2, "reordered": 0.2, "early": 0.05, "unknown_id": 0.1}


@dataclass(frozen=True)
class Action:
    """A kill or another action.

    Attributes:
        at: seconds from the start.
        kind: a key of TARGETS or of ACTIONS.
        choice: a number from 0 to 1 that selects one of the processes or messages.
        given: arguments of the action.
    """

    at: float
    kind: str
    choice: float = 0
    given: Mapping[str, Any] = field(default_factory=dict)


def kills(seed: int, seconds: float) -> list[Action]:
    """Return the kills in order of time."""
    chance = random.Random(f"kills {seed}")
    targets = tuple(TARGETS)
    return [
        Action(at, chance.choices(targets, tuple(TARGETS.values()))[0], chance.random())
        for at in _times(chance, seconds, KILLS_PER_SECOND * ROUND_SECONDS / KILL_SECONDS)
        if at % ROUND_SECONDS < KILL_SECONDS
    ]


def actions(seed: int, seconds: float) -> list[Action]:
    """Return the other actions in order of time."""
    chance = random.Random(f"acts {seed}")
    kinds = _kinds(chance)
    return [
        Action(at, kind, chance.random(), _given(kind, chance))
        for at, kind in zip(_times(chance, seconds, ACTIONS_PER_SECOND), kinds, strict=False)
    ]


def _times(chance: random.Random, seconds: float, per_second: float) -> Iterator[float]:
    at = chance.expovariate(per_second)
    while at < seconds:
        yield at
        at += chance.expovariate(per_second)


def _kinds(chance: random.Random) -> Iterator[str]:
    while True:
        round_ = [kind for kind, number in ACTIONS.items() for _ in range(number)]
        chance.shuffle(round_)
        yield from round_


def _given(kind: str, chance: random.Random) -> dict[str, Any]:
    if kind == "behave":
        return _behaviour(chance)
    given: dict[str, dict[str, Any]] = {
        "repeat": {"messages": chance.randint(1, 30), "delay": chance.choice((0, 0, 1, 5))},
        "test": {"number": chance.randint(1, 3)},
        "draft": {"steps": chance.choice(DRAFT_STEPS)},
        "opt_out": {"people": chance.randint(1, 20), "scope": chance.choice(tuple(OptOutScope))},
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
    accepts = chance.random() < 0.2
    if accepts:
        faults, until = [{"kind": chance.choice(UNCLEAR), "share": chance.uniform(0.1, 1)}], chance.randint(5, 60)
    elif chance.random() < 0.2:
        faults, until = [{"kind": chance.choice(OUTAGES), "share": 1.0}], chance.randint(5, 60)
    else:
        faults, until = (
            [{"kind": kind, "share": chance.uniform(0.02, 0.12)} for kind in chance.sample(SPORADIC, 3)],
            None,
        )
    return {
        "faults": faults,
        "faults_accept": accepts,
        "until_requests": until,
        "latency_ms": chance.choice((5, 20, 100, 300)),
        "jitter_ms": 5,
        "drip_ms": 5,
        "retry_after_seconds": 1,
        "reject_repeats": True,
        "seed": chance.randrange(2**31),
        "receipts": {
            "delivered": 0.7,
            "undeliverable": 0.1,
            "delayed": 0.1,
            "delayed_ms": 2_000,
            "late_ms": chance.choice((3_000, 10_000)),
            "faults": [{"kind": kind, "share": share} for kind, share in RECEIPT_FAULTS.items()],
        },
    }
