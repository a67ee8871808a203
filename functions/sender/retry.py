"""What follows from a failed attempt: which status, and when the next attempt is."""

import random
from datetime import datetime, timedelta

from notifications.errors import MissingValue
from notifications.lifecycle import MAX_ATTEMPTS, Claimed, Outcome
from notifications.mailings import window_of
from notifications.windows import next_opening
from sender.providers.base import ProviderError, Rejected, Unauthorized, Unavailable

SHORTEST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)


def sent(message: Claimed) -> Outcome:
    """The outcome of a message that the provider accepted."""
    return Outcome(id=message.id, claim=message.claim, verdict="sent")


def unsendable(message: Claimed, error: MissingValue) -> Outcome:
    """The outcome of a message whose text cannot be filled in for its client: failed, with no attempt made."""
    return Outcome(id=message.id, claim=message.claim, verdict="failed", attempted=False, error=str(error))


def outcome_of(message: Claimed, error: ProviderError, *, now: datetime, jitter: float | None = None) -> Outcome:
    """The outcome of a failed attempt: failed for good, or another attempt in the next open stretch after a pause.

    Args:
        jitter: 0 to 1, how much of the pause's second half is taken; random if not given.
    """
    attempted = not isinstance(error, Unauthorized)
    gave_up = attempted and message.attempts + 1 >= MAX_ATTEMPTS
    if gave_up or isinstance(error, Rejected):
        return Outcome(id=message.id, claim=message.claim, verdict="failed", error=str(error))
    pause = pause_after(message.attempts, error, random.random() if jitter is None else jitter)  # noqa: S311 - spreads load
    opening = next_opening(now + pause, message.timezone, window_of(message), message.ends_at)
    if opening is None:
        return Outcome(id=message.id, claim=message.claim, verdict="expired", attempted=attempted, error=str(error))
    return Outcome(
        id=message.id,
        claim=message.claim,
        verdict="pending",
        attempted=attempted,
        due_at=opening.due_at,
        closes_at=opening.closes_at,
        error=str(error),
    )


def pause_after(attempts: int, error: ProviderError, jitter: float) -> timedelta:
    """How long to wait after an attempt: 30 s doubling to 1 h, half of it by chance; longer if the provider asks.

    Args:
        attempts: how many were used up before this one.
        jitter: 0 to 1.
    """
    pause: timedelta = min(SHORTEST_PAUSE * 2**attempts, LONGEST_PAUSE) * (0.5 + jitter / 2)
    asked = error.retry_after if isinstance(error, Unavailable) else None
    return max(pause, asked or timedelta(0))
