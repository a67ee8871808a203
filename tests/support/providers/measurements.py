"""Measurements of simulated providers: capacity used, throttled calls, recovery and the wait of another mailing."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.support.providers.limits import Answer, Calendar, Limit, Scripted, Sliding, TokenBucket, Trouble
from tests.support.providers.simulation import Simulation

OTHER_MESSAGES = 100
RECOVERY_WINDOW = 2.0
BEGINS, ENDS = 60.0, 120.0


@dataclass(frozen=True, slots=True)
class Measured:
    """Result of one simulation.

    Attributes:
        used, throttled: share of the provider's capacity, and throttled share of the calls, after the first minutes.
        throttled_from_start: throttled share of all calls.
        recovery: seconds from the end of trouble until 90 % of the capacity is used again; None without trouble.
        wait: the longest time until a message of another mailing is called, in seconds.
    """

    used: float
    throttled: float
    throttled_from_start: float
    recovery: float | None
    wait: float


PROVIDERS: dict[str, Callable[[], Limit]] = {
    "20 in any second": lambda: Sliding(20),
    "37 in any second": lambda: Sliding(37),
    "100 in any second": lambda: Sliding(100),
    "37 in a second of the clock": lambda: Calendar(37),
    "100 in a second of the clock": lambda: Calendar(100),
    "token bucket, 37/s, 0.2 s": lambda: TokenBucket(37, 0.2),
    "token bucket, 37/s, 5 s": lambda: TokenBucket(37, 5),
    "token bucket, 100/s, 1 s": lambda: TokenBucket(100, 1),
    "100/s, 5/s for a minute": lambda: Trouble(Sliding(100), Sliding(5), BEGINS, ENDS),
    "100/s, down for a minute": lambda: Scripted(_down, Sliding(100)),
    "100/s, up and down every 5 s": lambda: Scripted(_flapping, Sliding(100)),
    "100/s, one number always throttled": lambda: Scripted(_one_bad, Sliding(100), pause=2),
    "every fourth call throttled": lambda: Scripted(_every_fourth, Sliding(200), pause=2),
}


def measure(provider: Limit, *, lasts: int = 400, settled: int = 130, seed: int = 1) -> Measured:
    """Simulate a large mailing, and another of 100 messages that is added when the first minutes are over."""
    simulation = Simulation(provider, seed=seed)
    highest = max(provider.capacity(at) for at in (0, BEGINS + 1, ENDS + 1))
    simulation.add(1, int(highest * lasts * 1.2))
    other = simulation.add(2, OTHER_MESSAGES, at=settled + 10)
    simulation.run(lasts)
    accepted = [at for at, answer, _ in simulation.calls if answer == Answer.ACCEPTED]
    throttled = [at for at, answer, _ in simulation.calls if answer == Answer.THROTTLED]
    calls = sum(at >= settled for at, _, _ in simulation.calls)
    capacity = sum(provider.capacity(at + 0.5) for at in range(settled, lasts))
    return Measured(
        used=sum(at >= settled for at in accepted) / capacity,
        throttled=sum(at >= settled for at in throttled) / calls,
        throttled_from_start=len(throttled) / len(simulation.calls),
        recovery=_recovery(provider, accepted),
        wait=max((each.called or lasts) - each.added for each in other),
    )


def _recovery(provider: Limit, accepted: list[float]) -> float | None:
    if provider.capacity(BEGINS + 1) == provider.capacity(ENDS + 1):
        return None
    enough = 0.9 * provider.capacity(ENDS + 1) * RECOVERY_WINDOW
    after = [at for at in accepted if at >= ENDS]
    for tenth in range(1_000):
        begins = ENDS + tenth / 10
        if sum(begins <= at < begins + RECOVERY_WINDOW for at in after) >= enough:
            return begins - ENDS
    return float("inf")


def _down(at: float, _: int) -> Answer:
    return Answer.FAILED if BEGINS <= at < ENDS else Answer.ACCEPTED


def _flapping(at: float, _: int) -> Answer:
    return Answer.FAILED if at % 10 >= 5 else Answer.ACCEPTED


def _one_bad(_: float, phone: int) -> Answer:
    return Answer.THROTTLED if phone == 50 else Answer.ACCEPTED


def _every_fourth(at: float, phone: int) -> Answer:
    return Answer.THROTTLED if (phone * 7 + int(at)) % 4 == 0 else Answer.ACCEPTED
