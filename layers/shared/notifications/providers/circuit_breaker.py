"""The breaker: after how many failures the provider is left alone, and when it is tried again.

closed ── a run or a share of failures, or a refused token ──> open ── pause over ──> probing ── a success ──> closed
                                                                ^────── a failure ──────'
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from notifications.contracts.enumerations import BreakerState
from notifications.contracts.phrases import Params
from notifications.contracts.reasons import Reason

# So many messages fail one after the other: fewer than the attempts of one message, so that a mailing of one lasts.
FAILURES_IN_A_ROW = 5
# Or half of at least so many messages fail within a minute.
MIN_FAILURES = 20
COUNTING_PERIOD = timedelta(minutes=1)
SHORTEST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=5)
# How many messages try the provider anew.
PROBE_MESSAGES = 5
# Longer than the sender's time limit: who has not answered for the probe by then is dead.
PROBE_TIMEOUT = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class CallResults:
    """What a batch has seen of the provider.

    Args:
        answered: messages with an answer that shows the provider at work: accepted, refused for good, throttled.
        failed: messages that found it down or lying.
        unauthorized: whether it refused our token.
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
        """Whether anything in it speaks against the provider."""
        return self.unauthorized or self.failed > 0


@dataclass(frozen=True, slots=True)
class Breaker:
    """What is remembered of a provider.

    Args:
        run: failures since the last answer.
        answered, failed: what was seen since `counted_from`, which is a failure's moment or None.
        pause: how long it is left alone this time; zero when closed.
        probe_at: when it may be tried next, unless closed.
        reason: why it opened, in English; with its code and parameters.
    """

    state: BreakerState = BreakerState.CLOSED
    run: int = 0
    answered: int = 0
    failed: int = 0
    counted_from: datetime | None = None
    pause: timedelta = timedelta(0)
    probe_at: datetime | None = None
    reason: str | None = None
    reason_code: Reason | None = None
    reason_params: Params | None = None

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing that a success would change."""
        return self == Breaker()

    def after(self, results: CallResults, *, now: datetime) -> Self:
        """The breaker after a batch; `open` ignores batches, which began before it opened."""
        if self.state == BreakerState.OPEN or results == CallResults():
            return self
        if self.state == BreakerState.PROBING:
            return self._opened(results, now) if results.has_failures else type(self)()
        counted = self._counting(results, now)
        return self._opened(results, now) if results.unauthorized or counted.is_broken else counted

    def with_probe_started(self, *, now: datetime) -> Self:
        """The breaker while one worker tries the provider."""
        return replace(self, state=BreakerState.PROBING, probe_at=now + PROBE_TIMEOUT)

    def with_probe_released(self, *, now: datetime) -> Self:
        """The breaker when the worker that was to try the provider had nothing to try it with."""
        return replace(self, state=BreakerState.OPEN, probe_at=now)

    def _counting(self, results: CallResults, now: datetime) -> Self:
        run = results.failed + (0 if results.answered else self.run)
        if self.counted_from is None or now >= self.counted_from + COUNTING_PERIOD:
            fresh = type(self)(run=run)
            return replace(fresh, answered=results.answered, failed=results.failed, counted_from=now) if run else fresh
        return replace(self, run=run, answered=self.answered + results.answered, failed=self.failed + results.failed)

    @property
    def is_broken(self) -> bool:
        """Whether what was counted shows the provider down."""
        return self.run >= FAILURES_IN_A_ROW or (self.failed >= MIN_FAILURES and self.failed >= self.answered)

    def _opened(self, results: CallResults, now: datetime) -> Self:
        pause = min(max(self.pause * 2, SHORTEST_PAUSE), LONGEST_PAUSE)
        return type(self)(
            state=BreakerState.OPEN,
            pause=pause,
            probe_at=now + pause,
            reason=results.reason,
            reason_code=results.reason_code,
            reason_params=results.reason_params,
        )
