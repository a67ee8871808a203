"""Retry policy: the outcome of an attempt, and when the next one is due."""

import random
from datetime import datetime, timedelta
from typing import TypedDict

from notifications.contracts.enumerations import OnUnknown, OutcomeStatus
from notifications.contracts.errors import UnsendableText
from notifications.contracts.phrases import Params
from notifications.contracts.reasons import Cause, Reason, cause
from notifications.message_state import MAX_ATTEMPTS, Claimed, Outcome, held
from notifications.schedules.send_windows import Opening, next_opening, openings
from sender.providers.base import (
    OptedOut,
    OutcomeUnknown,
    ProviderError,
    Rejected,
    Repeated,
    Throttled,
    Unauthorized,
    Unavailable,
)


class _Error(TypedDict):
    error: str
    error_code: Reason
    error_params: Params | None


SHORTEST_PAUSE = timedelta(seconds=30)
THROTTLED_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(hours=1)
# A pause beyond the last opening ends once to twice this time before it closes. The dispatcher runs every minute, and
# has released the message by then.
LAST_CALL = timedelta(minutes=1)


def sent(message: Claimed) -> Outcome:
    """Build the outcome of an accepted message."""
    return Outcome(id=message.id, claim=message.claim, status=OutcomeStatus.SENT)


def not_called(message: Claimed) -> Outcome:
    """Build the outcome of a message without a call: pending again, with no attempt used up."""
    return Outcome(id=message.id, claim=message.claim, status=OutcomeStatus.PENDING, attempted=False)


def unsendable(message: Claimed, error: UnsendableText) -> Outcome:
    """Build the outcome of a message whose text cannot be sent to its client: no further call, no attempt used up."""
    return _ended(message, error.cause, in_doubt=message.in_doubt, attempted=False)


def suppressed(message: Claimed, *, in_doubt: bool, attempted: bool) -> Outcome:
    """Build the outcome of a message whose person has opted out since the claim: no further call."""
    without_doubt = OutcomeStatus.SUPPRESSED
    return _ended(message, cause(Reason.OPTED_OUT), without_doubt, in_doubt=in_doubt, attempted=attempted)


def outcome_of(
    message: Claimed,
    error: ProviderError,
    *,
    now: datetime,
    in_doubt: bool,
    is_probe: bool,
    jitter: float | None = None,
) -> Outcome:
    """Build the outcome of a failed attempt: ended, or due again in the next opening after a pause.

    A pause beyond the last opening is shortened, so that the message is tried once more before that closes.

    Args:
        in_doubt: True if an earlier call may have been accepted.
        is_probe: True if the call probed the provider: a failure uses up no attempt.
        jitter: 0 to 1, the share of the pause's second half that is taken; random if not given.
    """
    if isinstance(error, Repeated) and in_doubt:
        return sent(message)
    is_unknown = isinstance(error, OutcomeUnknown)
    in_doubt = in_doubt or is_unknown
    attempted = not (isinstance(error, Unauthorized) or is_probe)
    if isinstance(error, OptedOut):
        return suppressed(message, in_doubt=in_doubt, attempted=attempted)
    is_held = is_unknown and message.on_unknown == OnUnknown.HOLD
    is_last = attempted and message.attempts + 1 >= MAX_ATTEMPTS
    if is_held or is_last or isinstance(error, Rejected | Repeated):
        return _ended(message, error.cause, in_doubt=in_doubt)
    spread = random.random() if jitter is None else jitter  # noqa: S311 - spreads load
    opening = _opening_after(message, pause_after(message.attempts, error, spread), now=now, jitter=spread)
    return _due_again(message, error.cause, opening, in_doubt=in_doubt, attempted=attempted)


def _ended(
    message: Claimed,
    why: Cause,
    without_doubt: OutcomeStatus = OutcomeStatus.FAILED,
    *,
    in_doubt: bool,
    attempted: bool = True,
) -> Outcome:
    """Build the outcome of a message that is not called again: `unknown` if in doubt.

    Args:
        without_doubt: its status if the provider has certainly not accepted it.
    """
    return Outcome(
        id=message.id,
        claim=message.claim,
        status=OutcomeStatus.UNKNOWN if in_doubt else without_doubt,
        attempted=attempted,
        in_doubt=in_doubt,
        **_error(held(why) if in_doubt else why),
    )


def _due_again(message: Claimed, why: Cause, opening: Opening | None, *, in_doubt: bool, attempted: bool) -> Outcome:
    """Build the outcome of a message that is due again in an opening, or expired if there is none."""
    return Outcome(
        id=message.id,
        claim=message.claim,
        status=OutcomeStatus.PENDING if opening else OutcomeStatus.EXPIRED,
        attempted=attempted,
        due_at=opening.due_at if opening else None,
        closes_at=opening.closes_at if opening else None,
        in_doubt=in_doubt,
        **_error(held(why) if in_doubt and opening is None else why),
    )


def _opening_after(message: Claimed, pause: timedelta, *, now: datetime, jitter: float) -> Opening | None:
    """Return the next opening after a pause, or the end of the last opening if the pause leads beyond it.

    Returns:
        None if the last opening closes so soon that the message has been tried at its end already.
    """
    zone, window, ends_at = message.timezone, message.send_window, message.ends_at
    if opening := next_opening(now + pause, zone, window, ends_at):
        return opening
    last = max(openings(now + SHORTEST_PAUSE, zone, window, ends_at), key=lambda each: each.closes_at, default=None)
    if last is None or last.closes_at <= now + 2 * LAST_CALL:
        return None
    return Opening(max(last.due_at, last.closes_at - LAST_CALL * (1 + jitter)), last.closes_at)


def _error(why: Cause) -> _Error:
    return {"error": why.text, "error_code": why.code, "error_params": why.params}


def pause_after(attempts: int, error: ProviderError, jitter: float) -> timedelta:
    """Return the pause after an attempt: 30 s doubling to 1 h, half of it random, or longer if the provider asks.

    A message that was throttled once is due after 2 s, since the rate limiter slows all calls down meanwhile.

    Args:
        attempts: attempts that were used up before this one.
        jitter: 0 to 1.
    """
    shortest = THROTTLED_PAUSE if isinstance(error, Throttled) and not attempts else SHORTEST_PAUSE
    pause: timedelta = min(shortest * 2**attempts, LONGEST_PAUSE) * (0.5 + jitter / 2)
    asked = error.retry_after if isinstance(error, Unavailable) else None
    return max(pause, asked or timedelta(0))
