"""Results of a batch's calls, reported to the circuit breaker, the rate limiter, the log and the metrics."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Engine

from notifications.contracts.enumerations import BreakerState
from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger
from notifications.providers import health
from notifications.providers.circuit_breaker import CallResults
from notifications.providers.quotas import CallQuota
from notifications.providers.rate_limiter import BatchCalls
from sender.attempt import AttemptResult
from sender.providers.base import OutcomeUnknown, ProviderError, Throttled, Unauthorized, Unavailable

# Longest pause of all calls. A throttled message itself waits for the whole `Retry-After`.
MAX_HOLD = timedelta(minutes=5)


class LatencyMonitor:
    """Usual latency of the provider, as one instance measures it.

    A batch is slow if its median call takes over `SLOW_FACTOR` times the usual latency plus `SLOW_MARGIN_SECONDS`, and
    so did the batch before: a pause of the instance itself, such as a garbage collection, slows all calls of one batch.
    The usual latency follows lasting changes.
    """

    SMOOTHING = 0.05
    SLOW_FACTOR = 2.0
    SLOW_MARGIN_SECONDS = 0.1

    def __init__(self) -> None:
        self._usual: float | None = None
        self._was_slow = False

    def observe(self, seconds: Sequence[float]) -> bool:
        """Add the calls of a batch, in seconds. Return True if these and those of the batch before were slow."""
        if not seconds:
            return False
        now = median(seconds)
        usual = now if self._usual is None else self._usual
        self._usual = usual + (now - usual) * self.SMOOTHING
        was_slow, self._was_slow = self._was_slow, now > usual * self.SLOW_FACTOR + self.SLOW_MARGIN_SECONDS
        return was_slow and self._was_slow


def report_results(
    engine: Engine,
    name: str,
    called: Sequence[AttemptResult],
    *,
    quota: CallQuota,
    latency: LatencyMonitor,
    now: datetime,
) -> None:
    """Report the results of a batch's calls. Write nothing while the provider works and has no limit.

    Args:
        name: the provider's name.
        quota: the quota by which the calls were made.
    """
    made = [each for each in called if each.seconds is not None]
    results, calls = results_of(made), calls_of(made, latency)
    if quota.is_healthy and not (results.has_failures or calls.throttled_at or calls.are_slow):
        return
    with engine.begin() as connection:
        before, after = health.record_results(connection, name, results, calls, now=now)
        breaker, limiter = health.load_state(connection, name)
    if calls.throttled_at or calls.are_slow:
        _log_rate(name, limiter.rate_at(now))
    if after != before or after == BreakerState.OPEN:
        _log_change(name, before, after, breaker.reason, breaker.probe_at)


def calls_of(made: Sequence[AttemptResult], latency: LatencyMonitor) -> BatchCalls:
    """Return the calls that the rate limiter counts: accepted and throttled ones."""
    throttled = [each.error for each in made if isinstance(each.error, Throttled)]
    waits = [error.retry_after for error in throttled if error.retry_after]
    return BatchCalls(
        accepted_at=[each.outcome.called_at for each in made if each.outcome.called_at and each.error is None],
        throttled_at=[
            each.outcome.called_at for each in made if each.outcome.called_at and isinstance(each.error, Throttled)
        ],
        retry_after=min(max(waits), MAX_HOLD) if waits else None,
        are_slow=latency.observe([each.seconds for each in made if each.seconds is not None]),
    )


def _log_rate(name: str, rate: float) -> None:
    logger.warning("provider throttles or is slow", extra={"provider": name, "rate": round(rate, 1)})
    add_metric(Metric.SENDING_RATE, rate)


def _log_change(
    name: str, before: BreakerState, after: BreakerState, reason: str | None, probe_at: datetime | None
) -> None:
    extra = {"provider": name, "reason": reason, "probe_at": probe_at}
    if after == BreakerState.CLOSED:
        logger.warning("circuit breaker closed: sending resumes", extra=extra)
        add_metric(Metric.BREAKER_CLOSED, 1)
    elif before == BreakerState.CLOSED:
        logger.error("circuit breaker opened: sending is paused", extra=extra)
        add_metric(Metric.BREAKER_OPEN, 1)
    elif before == BreakerState.PROBING:
        logger.warning("probe failed: sending stays paused", extra=extra)
        add_metric(Metric.BREAKER_OPEN, 1)


def results_of(calls: Iterable[AttemptResult]) -> CallResults:
    """Return the results that the circuit breaker counts."""
    errors = [each.error for each in calls]
    failures = [error for error in errors if error and _is_failure(error)]
    refused = [error for error in errors if isinstance(error, Unauthorized)]
    why = next((error.cause for error in refused + failures), None)
    return CallResults(
        answered=len(errors) - len(failures) - len(refused),
        failed=len(failures),
        unauthorized=bool(refused),
        reason=why.text if why else None,
        reason_code=why.code if why else None,
        reason_params=why.params if why else None,
    )


def _is_failure(error: ProviderError) -> bool:
    return isinstance(error, (Unavailable, OutcomeUnknown)) and not isinstance(error, Throttled)
