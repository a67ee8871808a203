"""Log lines and metrics of a delivery. Log lines carry the ids of mailing, message and client; metrics carry none."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from notifications.contracts.enumerations import OutcomeStatus
from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger, mask_phone
from notifications.message_state import Claimed, Outcome
from sender.attempt import AttemptResult

METRICS = {
    OutcomeStatus.SENT: Metric.SENT,
    OutcomeStatus.FAILED: Metric.FAILED,
    OutcomeStatus.PENDING: Metric.DEFERRED,
    OutcomeStatus.EXPIRED: Metric.EXPIRED,
    OutcomeStatus.UNKNOWN: Metric.UNKNOWN,
    OutcomeStatus.SUPPRESSED: Metric.SUPPRESSED,
}


def log_claim(ids: Sequence[int], messages: Sequence[Claimed], *, now: datetime) -> None:
    """Log which of the messages from the queue were claimed, and measure how late they are."""
    taken = {message.id for message in messages}
    left = [message_id for message_id in ids if message_id not in taken]
    logger.info("messages claimed", extra={"message_ids": sorted(taken), "left": left})
    for message in messages:
        add_metric(Metric.QUEUE_AGE, _lateness(message, now))


def log_postponed(until: Mapping[int, datetime]) -> None:
    """Log which messages exceeded a limit of the provider or a rate, and when the first of them is due again."""
    if until:
        add_metric(Metric.POSTPONED, len(until))
        logger.info("messages postponed", extra={"message_ids": sorted(until), "until": min(until.values())})


def log_attempt(message: Claimed, result: AttemptResult) -> None:
    """Log the calls for one message. The average of ProviderErrors is the error rate."""
    outcome = result.outcome
    if result.seconds is not None:
        add_metric(Metric.PROVIDER_LATENCY, result.seconds * 1000)
        add_metric(Metric.PROVIDER_ERRORS, int(result.error is not None))
    logger.info(
        "provider called" if outcome.calls else "provider not called",
        extra={
            "message_id": message.id,
            "mailing_id": message.mailing_id,
            "client_id": message.client_id,
            "phone": mask_phone(message.phone),
            "attempt": message.attempts + 1,
            "calls": outcome.calls,
            "outcome": outcome.recorded_status,
            "error": outcome.error,
            "due_at": outcome.due_at or message.due_at,
            "duration_ms": outcome.duration_ms,
        },
    )


def log_outcomes(
    messages: Sequence[Claimed], outcomes: Sequence[Outcome], recorded: set[int], *, now: datetime
) -> None:
    """Count recorded outcomes in metrics, and log those that came too late to be recorded."""
    counts = Counter(outcome.recorded_status for outcome in outcomes if outcome.id in recorded)
    for status, number in counts.items():
        add_metric(METRICS[status], number)
    for message, outcome in zip(messages, outcomes, strict=True):
        if outcome.id not in recorded:
            ids = {"message_id": message.id, "mailing_id": message.mailing_id, "client_id": message.client_id}
            logger.warning("outcome came too late", extra={**ids, "outcome": outcome.recorded_status})
            continue
        if outcome.status != OutcomeStatus.PENDING:
            add_metric(Metric.ATTEMPTS, message.attempts + outcome.attempted)
        if outcome.status == OutcomeStatus.SENT:
            add_metric(Metric.DUE_TO_SENT, _lateness(message, now))


def _lateness(message: Claimed, now: datetime) -> float:
    """Return how many seconds ago the message could first have gone."""
    return max(0.0, (now - message.sendable_at).total_seconds())
