"""Delivery of a batch: one claim, concurrent calls of the provider, one statement for all outcomes."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from notifications import message_state
from notifications.contracts.settings import DEFAULT_MAX_SEGMENTS
from notifications.database.engine import autocommitting
from notifications.message_state import Claimed, Outcome
from notifications.providers import quotas
from notifications.providers.quotas import CallQuota
from sender import telemetry
from sender.attempt import QUICK_PAUSE, Attempt, AttemptResult, Clock
from sender.call_results import LatencyMonitor, report_results
from sender.outages import wait_for_database
from sender.providers.base import Provider
from sender.recording import RECORDING_TIME, record_outcomes

# Concurrent calls of one instance.
MAX_CONCURRENT_CALLS = 50
# The sender's time limit in the template, less the time for recording the outcomes.
BATCH_TIME_LIMIT = timedelta(seconds=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Sends batches of messages through one provider.

    Attributes:
        clock: gives the current time.
        latency: the provider's usual latency, as far as this instance has seen it.
        quick_pause: longest pause before the second call for a message.
        max_segments: largest number of SMS segments of a message.
    """

    engine: Engine
    provider: Provider
    clock: Clock
    latency: LatencyMonitor = field(default_factory=LatencyMonitor)
    quick_pause: timedelta = QUICK_PAUSE
    max_segments: int = DEFAULT_MAX_SEGMENTS

    async def deliver(self, ids: Sequence[int], *, within: timedelta = BATCH_TIME_LIMIT) -> list[Outcome]:
        """Send the messages that may be sent now, and record their outcomes.

        The claim is committed before the first call and the outcomes after the last, so that a worker that dies in
        between leaves rows that the sweep finds.

        Args:
            within: time for the calls. Messages without a call by then return to `pending`, with no attempt used up.
                Recording the outcomes may take `RECORDING_TIME` more.
        """
        ends = time.monotonic() + within.total_seconds()
        # A claim that fails would be tried again only when the queue delivers its messages again.
        wait_for_database(self.engine, ends=ends)
        quota, claimed = self._claim(list(dict.fromkeys(ids)), now=self.clock())
        if not claimed:
            return []
        results = await self._attempt(claimed, ends=ends, is_probe=quota.is_probe)
        for message, each in zip(claimed, results, strict=True):
            telemetry.log_attempt(message, each)
        outcomes = [each.outcome for each in results]
        recording_ends = ends + RECORDING_TIME.total_seconds()
        record_outcomes(self.engine, claimed, outcomes, now=self.clock(), ends=recording_ends)
        report_results(self.engine, self.provider.name, results, quota=quota, latency=self.latency, now=self.clock())
        return outcomes

    def _claim(self, ids: Sequence[int], *, now: datetime) -> tuple[CallQuota, list[Claimed]]:
        name = self.provider.name
        with autocommitting(self.engine).connect() as connection:
            quota = quotas.unlimited_calls(connection, name, wanted=len(ids), now=now)
            if quota:
                return quota, _take(connection, ids, now=now)
        with self.engine.begin() as connection:
            quota = quotas.take_calls(connection, name, wanted=len(ids), now=now)
            claimed = _take(connection, ids[: quota.calls], now=now) if quota.calls else []
            if quota.is_probe and not claimed:
                quotas.release_probe(connection, name, now=now)
            if rest := ids[quota.calls :]:
                postponed = message_state.postpone(connection, rest, until=quota.retry_at, now=now)
                telemetry.log_postponed(postponed, until=quota.retry_at)
        return quota, claimed

    async def _attempt(self, claimed: Sequence[Claimed], *, ends: float, is_probe: bool) -> list[AttemptResult]:
        at_once = asyncio.Semaphore(MAX_CONCURRENT_CALLS)

        async def run(message: Claimed) -> AttemptResult:
            attempt = Attempt(
                self.provider,
                message,
                clock=self.clock,
                ends=ends,
                is_probe=is_probe,
                max_segments=self.max_segments,
                quick_pause=self.quick_pause,
            )
            async with at_once:
                return await attempt.run()

        return await asyncio.gather(*map(run, claimed))


def _take(connection: Connection, ids: Sequence[int], *, now: datetime) -> list[Claimed]:
    claimed = message_state.claim(connection, ids, now=now)
    telemetry.log_claim(ids, claimed, now=now)
    return claimed
