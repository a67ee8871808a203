"""Attempt to send one message: a call of the provider, and quick retries while there is time."""

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import timedelta

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from notifications.clients.attributes.values import placeholder_values
from notifications.contracts.enumerations import OnUnknown
from notifications.contracts.errors import UnsendableText
from notifications.contracts.observability import logger
from notifications.contracts.reasons import Reason
from notifications.message_state import Claimed, Outcome
from notifications.texts import rendering
from notifications.texts.placeholders import Template
from sender import retry_policy
from sender.call_turn import CallTurn, Clock, Turn
from sender.providers.base import (
    CALL_DEADLINE,
    OutcomeUnknown,
    OutgoingMessage,
    Provider,
    ProviderError,
    Throttled,
    Unavailable,
)

QUICK_CALLS = 3
# The longest pause before the second call; it doubles before each that follows.
QUICK_PAUSE = timedelta(seconds=0.2)


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """Outcome of a message and result of its last call.

    Attributes:
        error: error of the last call; None if it was accepted or not made.
        seconds: time of the last call; None if none was made.
    """

    outcome: Outcome
    error: ProviderError | None = None
    seconds: float | None = None


class Attempt:
    """The calls for one claimed message.

    Args:
        turn: tells when a call may be made.
        ends: time by which calls must be over, by the monotonic clock.
        is_probe: True if the call probes the provider: there is only one, and a failure uses up no attempt.
        max_segments: largest number of SMS segments of a message.
        quick_pause: longest pause before the second call.
    """

    def __init__(
        self,
        provider: Provider,
        message: Claimed,
        *,
        turn: CallTurn,
        clock: Clock,
        ends: float,
        is_probe: bool,
        max_segments: int,
        quick_pause: timedelta = QUICK_PAUSE,
    ) -> None:
        self._provider = provider
        self._message = message
        self._turn = turn
        self._clock = clock
        self._ends = ends
        self._is_probe = is_probe
        self._max_segments = max_segments
        self._quick_pause = quick_pause
        self._may_be_accepted = False
        self._has_opted_out = False
        self._calls = 0
        self._seconds = 0.0

    async def run(self) -> AttemptResult:
        """Send the message, unless the batch's time or the message's send window is over before its turn comes."""
        if not await self._has_turn():
            return AttemptResult(self._not_called())
        try:
            text = personal_text(self._message, max_segments=self._max_segments)
        except UnsendableText as error:
            return AttemptResult(retry_policy.unsendable(self._message, error))
        begun, started = self._clock(), time.monotonic()
        called = await self._make(text)
        outcome = replace(
            called.outcome,
            calls=self._calls,
            called_at=begun,
            duration_ms=round((time.monotonic() - started) * 1000),
            text=text if self._may_be_accepted else None,
        )
        return replace(called, outcome=outcome, seconds=self._seconds)

    def _not_called(self) -> Outcome:
        if self._has_opted_out:
            return retry_policy.suppressed(self._message, in_doubt=self._message.in_doubt, attempted=False)
        return retry_policy.not_called(self._message)

    async def _make(self, text: str) -> AttemptResult:
        try:
            await self._send(text)
        except ProviderError as error:
            return AttemptResult(self._outcome_of(error), error)
        return AttemptResult(retry_policy.sent(self._message))

    def _outcome_of(self, error: ProviderError) -> Outcome:
        in_doubt = self._message.in_doubt or self._may_be_accepted
        if self._has_opted_out:
            return retry_policy.suppressed(self._message, in_doubt=in_doubt, attempted=True)
        return retry_policy.outcome_of(
            self._message, error, now=self._clock(), in_doubt=in_doubt, is_probe=self._is_probe
        )

    async def _send(self, text: str) -> None:
        # Nearly every message needs one call. tenacity would add a twentieth to its processor time.
        try:
            await self._call(text)
        except ProviderError as error:
            if not self._may_repeat(error):
                raise
            await self._repeat(text, error)

    async def _repeat(self, text: str, error: ProviderError) -> None:
        pause = wait_random_exponential(multiplier=self._quick_pause.total_seconds())

        async def wait(state: RetryCallState) -> None:
            await asyncio.sleep(pause(state))

        async def call() -> None:
            if not await self._has_turn():
                raise error
            await self._call(text)

        repeating = AsyncRetrying(
            before=wait,
            retry=retry_if_exception(self._may_repeat),
            stop=stop_after_attempt(QUICK_CALLS - 1),
            reraise=True,
        )
        await repeating(call)

    async def _call(self, text: str) -> None:
        self._calls += 1
        started = time.monotonic()
        try:
            await self._provider.send(self._outgoing(text))
            self._may_be_accepted = True
        except ProviderError as error:
            self._may_be_accepted |= isinstance(error, OutcomeUnknown)
            raise
        except Exception as error:
            logger.exception("unexpected error in the provider's client", extra={"message_id": self._message.id})
            self._may_be_accepted = True
            raise OutcomeUnknown(code=Reason.SENDER_FAILED, error=type(error).__name__) from error
        finally:
            self._seconds = time.monotonic() - started

    def _outgoing(self, text: str) -> OutgoingMessage:
        return OutgoingMessage(
            id=self._message.id,
            phone=self._message.phone,
            text=text,
            category=self._message.category,
            valid_for=self._message.closes_at - self._clock(),
        )

    async def _has_turn(self) -> bool:
        turn = await self._turn.come()
        self._has_opted_out = turn is Turn.OPTED_OUT
        return turn is Turn.CALL and self._may_call()

    def _may_call(self) -> bool:
        in_time = time.monotonic() + CALL_DEADLINE.total_seconds() <= self._ends
        return in_time and self._clock() < self._message.closes_at

    def _may_repeat(self, error: BaseException) -> bool:
        return not (self._is_probe or self._has_opted_out) and self._is_worth_a_quick_retry(error) and self._may_call()

    def _is_worth_a_quick_retry(self, error: BaseException) -> bool:
        match error:
            case OutcomeUnknown():
                may_resend = self._message.on_unknown == OnUnknown.RESEND
                return may_resend and error.retry_after is None and not error.timed_out
            case Unavailable():
                return error.retry_after is None and not isinstance(error, Throttled)
            case _:
                return False


def personal_text(message: Claimed, *, max_segments: int) -> str:
    """Return the message's text for its client.

    Args:
        max_segments: largest number of SMS segments.

    Raises:
        UnsendableText: the client lacks a value that the text needs, or the text is blank or too long.
    """
    if message.attributes is None:
        rendering.require_sendable(message.text, max_segments=max_segments)
        return message.text
    values = placeholder_values(message.phone, message.operator_code, message.attributes)
    return rendering.render(Template.parse(message.text), values, max_segments=max_segments)
