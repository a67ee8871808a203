"""Dispatch loop: plans and releases mailings in rounds, so that a small one never waits for a large one.

A chunk of a job follows a round. While mailings have work, jobs get a small share of the time.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Engine

from dispatcher import planning, releasing
from dispatcher.maintenance import Maintenance
from dispatcher.publisher import Publisher
from dispatcher.releasing import ReleaseLimits
from dispatcher.sqs_queue import Queue
from notifications import message_state
from notifications.clients.bulk import chunks
from notifications.database.dispatcher_runs import Waiting
from notifications.jobs import runner
from notifications.jobs.job import Kinds
from notifications.jobs.retention import work
from notifications.mailings import retry_jobs

TICK_INTERVAL = timedelta(minutes=1)
# Longest delay of a tick. The queue must hold enough messages until then.
MAX_TICK_DELAY = timedelta(seconds=15)
# Share of the time that jobs get while mailings are planned and released.
JOB_SHARE = 0.2
JOB_KINDS: Kinds = {**retry_jobs.KINDS, **chunks.KINDS, **work.KINDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchLimits:
    """Sizes of a step's chunks.

    Attributes:
        chunk_size: clients to plan, or messages to reschedule.
        release: limits of a release.
        job_kinds: work of each kind of job.
    """

    chunk_size: int = planning.CHUNK_SIZE
    release: ReleaseLimits = releasing.LIMITS
    job_kinds: Kinds = field(default_factory=lambda: JOB_KINDS)


LIMITS = DispatchLimits()


def with_job_chunks(size: int) -> DispatchLimits:
    """Return the limits with chunks of at most `size` items of a job."""
    kinds = {name: replace(kind, chunk_size=min(kind.chunk_size, size)) for name, kind in JOB_KINDS.items()}
    return DispatchLimits(job_kinds=kinds)


def dispatch(
    engine: Engine,
    queue: Queue,
    maintenance: Maintenance,
    *,
    until: datetime,
    waiting: Waiting | None = None,
    limits: DispatchLimits = LIMITS,
    requires_consent: bool = False,
) -> None:
    """Plan mailings that have started, release messages that are due before the next tick, and work on jobs.

    Args:
        maintenance: the tick's maintenance, with its clock and its log.
        until: time to stop. The next tick does the rest.
        waiting: waits while the queue is full, or messages may come back from it; None to leave the rest to the next
            tick.
        requires_consent: plan no marketing to clients who have not consented to it.
    """
    with Publisher(engine, queue, maintenance.tick_log, clock=maintenance.clock) as publisher:
        rounds = _Rounds(engine, publisher, maintenance, limits, requires_consent=requires_consent)
        while maintenance.clock() < until and not publisher.queue_failed:
            planned, rescheduled, released = rounds.plan(), rounds.reschedule(), rounds.release()
            is_busy = planned or rescheduled or released
            if rounds.work_on_jobs(is_busy=is_busy) or is_busy:
                continue
            if waiting is None or not waiting.is_needed(rounds.has_work_left):
                break
            waiting.sleep()
    maintenance.finish_done()


class _Rounds:
    """Rounds in which each mailing has one chunk planned and one batch released.

    Attributes:
        waiting: mailings with more messages than the queue has room for.
    """

    def __init__(
        self,
        engine: Engine,
        publisher: Publisher,
        maintenance: Maintenance,
        limits: DispatchLimits,
        *,
        requires_consent: bool,
    ) -> None:
        self.waiting: set[int] = set()
        self._engine = engine
        self._publisher = publisher
        self._maintenance = maintenance
        self._limits = limits
        self._plan_next = partial(planning.plan_next, requires_consent=requires_consent)
        self._tick_log = maintenance.tick_log
        self._clock = maintenance.clock
        self._due_before = maintenance.clock() + TICK_INTERVAL + MAX_TICK_DELAY
        self._in_chunks: set[int] = set()
        self._done: set[int] = set()
        self._began = maintenance.clock()
        self._job_time = timedelta(0)
        self._releases = 0

    def plan(self) -> bool:
        """Plan a chunk of every mailing that is not planned completely. Return False if there was none."""
        with self._engine.begin() as connection:
            planning.begin_due(connection, starts_before=self._clock() + TICK_INTERVAL)
            unplanned = planning.mailings_to_plan(connection)
        self._in_chunks = {each for each in unplanned if self._chunk(each, "planned", self._plan_next)}
        return bool(self._in_chunks)

    def reschedule(self) -> bool:
        """Reschedule a chunk of every mailing whose schedule has changed. Return False if there was none."""
        with self._engine.connect() as connection:
            behind = planning.mailings_to_reschedule(connection)
        rescheduled = {each for each in behind if self._chunk(each, "rescheduled", planning.reschedule_next)}
        self._in_chunks |= rescheduled
        return bool(rescheduled)

    def _chunk(self, mailing_id: int, step: str, work: Callable[..., int | None]) -> bool:
        chunk = partial(work, self._engine, mailing_id, now=self._clock(), chunk_size=self._limits.chunk_size)
        messages = self._tick_log.time(mailing_id, step, chunk)
        self._tick_log.count(mailing_id, step, messages or 0)
        return messages is not None

    def release(self) -> bool:
        """Release a batch of every mailing that may have more to send. Return False if nothing was released."""
        with self._engine.connect() as connection:
            on_queue, begun = releasing.message_counts(connection)
        self.waiting = on_queue.keys() - self._done
        turns = releasing.turns({each: begun[each] for each in self.waiting}, releases=self._releases)
        released = [self._release_next(each, on_queue, sharers) for each, sharers in turns]
        self._releases += any(released)
        if self.waiting & self._done:
            self._maintenance.finish_done()
        self.waiting -= self._done
        return any(released)

    def work_on_jobs(self, *, is_busy: bool) -> bool:
        """Do a chunk of a job, unless jobs have had their share of the time. Return False if none was done."""
        began = self._clock()
        if is_busy and self._job_time > (began - self._began) * JOB_SHARE:
            return False
        job = runner.run_next(self._engine, self._limits.job_kinds, now=began)
        if job is not None and job.mailing_id is not None:
            self._maintenance.reopen(job.mailing_id)
            self._done.discard(job.mailing_id)
        self._job_time += self._clock() - began
        return job is not None

    def has_work_left(self) -> bool:
        """Return True if more can be released before the next tick: also messages that senders may return to `pending`.

        Mailings to which messages have come back take part in further rounds.
        """
        now = self._clock()
        with self._engine.connect() as connection:
            due = message_state.with_due(connection, self._done, now=now, due_before=self._due_before)
            under_way = message_state.are_under_way(connection, now=now, due_before=self._due_before)
        self._done -= due
        return bool(due or self.waiting) or under_way

    def _release_next(self, mailing_id: int, on_queue: dict[int, int], sharers: int) -> bool:
        work = partial(
            releasing.release_next,
            self._engine,
            mailing_id,
            on_queue=on_queue,
            now=self._clock(),
            due_before=self._due_before,
            sharers=sharers,
            limits=self._limits.release,
        )
        release = self._tick_log.time(mailing_id, "released", work)
        if release.messages:
            self._publisher.publish(release.messages)
            on_queue[mailing_id] += len(release.messages)
        if release.is_complete and mailing_id not in self._in_chunks:
            self._done.add(mailing_id)
        return bool(release.messages)
