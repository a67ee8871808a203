"""Feed: plan and release in turns, a small mailing never behind a large one, as fast as the senders take."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Engine

from dispatcher import planning, releasing
from dispatcher.maintenance import Sweep
from dispatcher.publisher import Outbox
from dispatcher.releasing import ReleaseLimits
from dispatcher.sqs_queue import Queue

TICK_EVERY = timedelta(minutes=1)
# Ticks come late: until then there must be enough on the queue.
TICK_LATE = timedelta(seconds=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchLimits:
    """Sizes of the steps of a dispatch.

    Attributes:
        chunk_size: clients or messages that are planned or rescheduled at a time.
        release: how many messages are released.
    """

    chunk_size: int = planning.CHUNK_SIZE
    release: ReleaseLimits = releasing.LIMITS


LIMITS = DispatchLimits()


def feed(
    engine: Engine,
    queue: Queue,
    sweep: Sweep,
    *,
    until: datetime,
    wait: Callable[[], None] | None = None,
    limits: DispatchLimits = LIMITS,
) -> None:
    """Plan what has started and release what is due before the next tick, in rounds.

    Args:
        sweep: the tick's.
        until: when to stop, whatever is left.
        wait: waits a little for the senders when the queue holds enough; None: what is left is the next tick's.
    """
    with Outbox(engine, queue, sweep.account, clock=sweep.clock) as outbox:
        rounds = _Rounds(engine, outbox, sweep, limits)
        while sweep.clock() < until and not outbox.broken:
            planned, rescheduled, released = rounds.plan(), rounds.reschedule(), rounds.release()
            if planned or rescheduled or released:
                continue
            if wait is None or not rounds.waiting:
                break
            wait()
    sweep.finish_done()


class _Rounds:
    """A chunk and a turn of every mailing that has one.

    Attributes:
        waiting: the mailings that have more to leave than the queue has room for.
    """

    def __init__(self, engine: Engine, outbox: Outbox, sweep: Sweep, limits: DispatchLimits) -> None:
        self.waiting: set[int] = set()
        self._engine = engine
        self._outbox = outbox
        self._sweep = sweep
        self._limits = limits
        self._account = sweep.account
        self._clock = sweep.clock
        self._due_before = sweep.clock() + TICK_EVERY + TICK_LATE
        self._in_chunks: set[int] = set()
        self._done: set[int] = set()

    def plan(self) -> bool:
        """Plan a chunk of every mailing that is not all planned. Gives whether there was one."""
        with self._engine.begin() as connection:
            planning.begin_due(connection, starts_before=self._clock() + TICK_EVERY)
            unplanned = planning.unplanned(connection)
        self._in_chunks = {each for each in unplanned if self._chunk(each, "planned", planning.plan_next)}
        return bool(self._in_chunks)

    def reschedule(self) -> bool:
        """Reschedule a chunk of every mailing whose schedule has changed. Gives whether there was one."""
        with self._engine.connect() as connection:
            behind = planning.behind(connection)
        rescheduled = {each for each in behind if self._chunk(each, "rescheduled", planning.reschedule_next)}
        self._in_chunks |= rescheduled
        return bool(rescheduled)

    def _chunk(self, mailing_id: int, step: str, work: Callable[..., int | None]) -> bool:
        chunk = partial(work, self._engine, mailing_id, now=self._clock(), chunk_size=self._limits.chunk_size)
        messages = self._account.timed(mailing_id, step, chunk)
        self._account.add(mailing_id, step, messages or 0)
        return messages is not None

    def release(self) -> bool:
        """Release a turn of every mailing that may have more to leave. Gives whether anything was released."""
        with self._engine.connect() as connection:
            on_queue = releasing.queued(connection)
        self.waiting = on_queue.keys() - self._done
        turns = [self._release_turn(each, on_queue) for each in sorted(self.waiting)]
        if self.waiting & self._done:
            self._sweep.finish_done()
        self.waiting -= self._done
        return any(turns)

    def _release_turn(self, mailing_id: int, on_queue: dict[int, int]) -> bool:
        take = partial(
            releasing.take,
            self._engine,
            mailing_id,
            on_queue=on_queue,
            now=self._clock(),
            due_before=self._due_before,
            turns=len(self.waiting),
            limits=self._limits.release,
        )
        turn = self._account.timed(mailing_id, "released", take)
        if turn.departures:
            self._outbox.send(turn.departures)
            on_queue[mailing_id] += len(turn.departures)
        if turn.done and mailing_id not in self._in_chunks:
            self._done.add(mailing_id)
        return bool(turn.departures)
