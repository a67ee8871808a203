"""Circuit breaker: opens after failures of the provider, and closes after a probe that succeeds.

closed ── a run or a share of failures, or a refused token ──> open ── pause over ──> probing ── a success ──> closed
                                                                ^────── a failure ──────'
"""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from notifications.contracts.enumerations import BreakerState
from notifications.contracts.phrases import Params
from notifications.contracts.reasons import Reason

# Opens the breaker. Fewer than the attempts of one message, so that a mailing to one client outlasts an outage.
FAILURES_IN_A_ROW = 5
# Opens the breaker too if at least half of the messages fail within the period.
MIN_FAILURES = 20
COUNTING_PERIOD = timedelta(minutes=1)
# A provider that works again is found within the longest pause. The pause grows slowly, so that one that works for a
# few seconds at a time is found each time.
SHORTEST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(seconds=7)
PAUSE_GROWTH = 1.15
# A person must change the token, and a provider may lock an account after many refused calls.
UNAUTHORIZED_PAUSES = (timedelta(seconds=30), timedelta(minutes=5))
UNAUTHORIZED_GROWTH = 2.0
# Share of a pause that is random: probes at fixed intervals may always meet a provider while it is down.
JITTER = 0.25
# Messages of one probe.
PROBE_MESSAGES = 1
# Longer than a sender's calls may take, so that a probe without results means a dead sender.
PROBE_TIMEOUT = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class CallResults:
    """Results of one batch's calls.

    Attributes:
        answered: messages whose answer shows that the provider works: accepted, refused for good, throttled.
        failed: messages without an answer, or with an invalid one.
        unauthorized: True if the provider refused the token.
        reason: one of the failures in English; with its code and parameters.
    """

    answered: int = 0
    failed: int = 0
    unauthorized: bool = False
    reason: str | None = None
    reason_code: Reason | None = None
    reason_params: Params | None = None

    @property
    def has_failures(self) -> bool:
        """Return True if any call failed through the provider's fault, or its token was refused."""
        return self.unauthorized or self.failed > 0


@dataclass(frozen=True, slots=True)
class Breaker:
    """State of a provider's breaker.

    Attributes:
        run: failures since the last answer.
        answered, failed: messages since `counted_from`, which is the time of a failure or None.
        pause: time from opening to the next probe; zero when closed.
        probe_at: time of the next probe; None when closed.
        opened_at: time since which the provider fails; None when closed.
        reason: why it opened, in English; with its code and parameters.
    """

    state: BreakerState = BreakerState.CLOSED
    run: int = 0
    answered: int = 0
    failed: int = 0
    counted_from: datetime | None = None
    pause: timedelta = timedelta(0)
    probe_at: datetime | None = None
    opened_at: datetime | None = None
    reason: str | None = None
    reason_code: Reason | None = None
    reason_params: Params | None = None

    @property
    def is_clean(self) -> bool:
        """Return True if the breaker is closed and has counted no failure."""
        return self == Breaker()

    def after(self, results: CallResults, *, now: datetime, jitter: float | None = None) -> Self:
        """Return the breaker after a batch. An open one ignores results, since their calls began before it opened.

        Args:
            jitter: 0 to 1, the share of the pause's random part that is taken; random if not given.
        """
        if self.state == BreakerState.OPEN or results == CallResults():
            return self
        if self.state == BreakerState.PROBING:
            return self._opened(results, now, jitter) if results.has_failures else type(self)()
        counted = self._counting(results, now)
        opens = results.unauthorized or counted.has_too_many_failures
        return self._opened(results, now, jitter) if opens else counted

    def with_probe_started(self, *, now: datetime) -> Self:
        """Return the breaker while one sender probes the provider."""
        return replace(self, state=BreakerState.PROBING, probe_at=now + PROBE_TIMEOUT)

    def with_probe_released(self, *, now: datetime) -> Self:
        """Return the breaker with its probe released: the sender had no message to probe with."""
        return replace(self, state=BreakerState.OPEN, probe_at=now)

    def _counting(self, results: CallResults, now: datetime) -> Self:
        run = results.failed + (0 if results.answered else self.run)
        if self.counted_from is None or now >= self.counted_from + COUNTING_PERIOD:
            fresh = type(self)(run=run)
            return replace(fresh, answered=results.answered, failed=results.failed, counted_from=now) if run else fresh
        return replace(self, run=run, answered=self.answered + results.answered, failed=self.failed + results.failed)

    @property
    def has_too_many_failures(self) -> bool:
        """Return True if the counted failures open the breaker."""
        return self.run >= FAILURES_IN_A_ROW or (self.failed >= MIN_FAILURES and self.failed >= self.answered)

    def _opened(self, results: CallResults, now: datetime, jitter: float | None) -> Self:
        shortest, longest = UNAUTHORIZED_PAUSES if results.unauthorized else (SHORTEST_PAUSE, LONGEST_PAUSE)
        growth = UNAUTHORIZED_GROWTH if results.unauthorized else PAUSE_GROWTH
        pause = min(max(self.pause * growth, shortest), longest)
        spread = random.random() if jitter is None else jitter  # noqa: S311 - spreads probes
        return type(self)(
            state=BreakerState.OPEN,
            pause=pause,
            probe_at=now + pause * (1 - JITTER * spread),
            opened_at=self.opened_at or now,
            reason=results.reason,
            reason_code=results.reason_code,
            reason_params=results.reason_params,
        )
