"""Delivery of a batch: one claim, concurrent calls of the provider, one statement for all outcomes."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Engine

from notifications import message_state
from notifications.clients.opt_outs.commands import ErasureKey
from notifications.contracts.observability import logger
from notifications.contracts.settings import DEFAULT_MAX_SEGMENTS
from notifications.database.engine import autocommitting
from notifications.message_state import LEASE, Claimed, Outcome
from notifications.messages.admission import Admission, admit, has_opted_out, next_call_time
from sender import telemetry
from sender.attempt import QUICK_PAUSE, Attempt, AttemptResult
from sender.call_results import LatencyMonitor, report_results
from sender.call_turn import CallTurn, Clock, Sleep
from sender.outages import OUTAGES, retrying, wait_for_database
from sender.providers.base import MAX_CONCURRENT_CALLS, Provider
from sender.recording import RECORDING_TIME, opt_outs_of, record_outcomes

# The sender's time limit in the template, less the time for recording the outcomes.
BATCH_TIME_LIMIT = timedelta(seconds=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Sends batches of messages through one provider.

    Attributes:
        clock: gives the current time.
        erasure_key: returns the key of the hashes of erased phones.
        sleep: waits for so many seconds until a message's turn comes.
        latency: the provider's usual latency, as far as this instance has seen it.
        quick_pause: longest pause before the second call for a message.
        max_segments: largest number of SMS segments of a message.
        requires_consent: send marketing only to clients who have consented to it.
    """

    engine: Engine
    provider: Provider
    clock: Clock
    erasure_key: ErasureKey
    sleep: Sleep = asyncio.sleep
    latency: LatencyMonitor = field(default_factory=LatencyMonitor)
    quick_pause: timedelta = QUICK_PAUSE
    max_segments: int = DEFAULT_MAX_SEGMENTS
    requires_consent: bool = False

    async def deliver(self, ids: Sequence[int], *, within: timedelta = BATCH_TIME_LIMIT) -> list[Outcome]:
        """Send the messages that may be sent now, and record their outcomes.

        The claim is committed before the first call and the outcomes after the last, so that a worker that dies in
        between leaves rows that the sweep finds.

        Args:
            within: time for the calls. Messages without a call by then return to `pending`, with no attempt used up.
                Recording the outcomes, or giving the batch back, may take `RECORDING_TIME` more.
        """
        ends = time.monotonic() + within.total_seconds()
        recording_ends = ends + RECORDING_TIME.total_seconds()
        # A claim that fails would be tried again only when the queue delivers its messages again.
        wait_for_database(self.engine, ends=ends)
        admission = self._admit(list(dict.fromkeys(ids)), ends=recording_ends)
        if admission is None or not admission.claimed:
            return []
        claimed, quota = admission.claimed, admission.quota
        results = await self._attempt(admission, ends=ends)
        for message, each in zip(claimed, results, strict=True):
            telemetry.log_attempt(message, each)
        outcomes = [each.outcome for each in results]
        refused = opt_outs_of(claimed, results, now=self.clock())
        record_outcomes(
            self.engine,
            claimed,
            outcomes,
            refused,
            erasure_key=self.erasure_key,
            now=self.clock(),
            ends=recording_ends,
        )
        report_results(self.engine, self.provider.name, results, quota=quota, latency=self.latency, now=self.clock())
        return outcomes

    def _admit(self, ids: Sequence[int], *, ends: float) -> Admission | None:
        """Admit a batch; None if the database went away meanwhile: then its messages are `pending` again.

        Args:
            ends: time by which the batch must be given back, by the monotonic clock.
        """
        lease_until = self.clock() + LEASE
        try:
            admission = admit(
                self.engine,
                ids,
                provider=self.provider.name,
                clock=self.clock,
                requires_consent=self.requires_consent,
                lease_until=lease_until,
            )
        except OUTAGES:
            # The claim may have been committed though its answer was lost. No message was called.
            given_back = retrying(ends)(self._give_back, ids, lease_until)
            logger.warning("database away: batch given back", extra={"message_ids": ids, "messages": given_back})
            return None
        telemetry.log_claim(ids, admission.claimed, now=self.clock())
        telemetry.log_postponed(admission.postponed)
        return admission

    def _give_back(self, ids: Sequence[int], lease_until: datetime) -> int:
        with autocommitting(self.engine).connect() as connection:
            return message_state.give_back(connection, ids, lease_until=lease_until, now=self.clock())

    async def _attempt(self, admission: Admission, *, ends: float) -> list[AttemptResult]:
        at_once = asyncio.Semaphore(MAX_CONCURRENT_CALLS)

        async def run(message: Claimed) -> AttemptResult:
            attempt = Attempt(
                self.provider,
                message,
                turn=self._turn(message, admission),
                clock=self.clock,
                ends=ends,
                is_probe=admission.quota.is_probe,
                max_segments=self.max_segments,
                quick_pause=self.quick_pause,
            )
            async with at_once:
                return await attempt.run()

        return await asyncio.gather(*map(run, admission.claimed))

    def _turn(self, message: Claimed, admission: Admission) -> CallTurn:
        time = admission.call_times.get(message.id)
        return CallTurn(
            at=time.at if time else None,
            next_time=partial(next_call_time, self.engine, time, clock=self.clock) if time else None,
            has_opted_out=partial(has_opted_out, self.engine, message),
            clock=self.clock,
            sleep=self.sleep,
        )
