"""Tick: one run of the dispatcher. Ticks may overlap, stop at any point and come late without harm."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Engine

from dispatcher import direct_messages
from dispatcher.dispatch_loop import LIMITS, DispatchLimits, dispatch
from dispatcher.maintenance import JOB_RETENTION, Maintenance
from dispatcher.sqs_queue import Clock, Queue
from dispatcher.tick_log import TickLog


def tick(
    engine: Engine,
    queue: Queue,
    *,
    clock: Clock,
    until: datetime,
    wait: Callable[[], None] | None = None,
    limits: DispatchLimits = LIMITS,
    job_retention: timedelta = JOB_RETENTION,
) -> None:
    """Run all work that is due before the next tick.

    Args:
        until: time to stop. The next tick does the rest.
        wait: sleeps a short while when the queue is full, or messages may come back from it; None to leave the rest to
            the next tick.
        limits: sizes of a step's chunks.
        job_retention: time for which ended jobs are kept.
    """
    tick_log = TickLog()
    maintenance = Maintenance(engine, tick_log, clock, has_time=lambda: clock() < until, job_retention=job_retention)
    direct_messages.release(engine, queue, tick_log, clock=clock)
    maintenance.end_pauses()
    maintenance.cancel_stopped()
    maintenance.expire_over()
    maintenance.sweep_stuck(queue)
    maintenance.reopen_closed()
    maintenance.scan_attributes()
    if wait is not None:
        wait = partial(_wait_and_release, wait, partial(direct_messages.release, engine, queue, tick_log, clock=clock))
    dispatch(engine, queue, maintenance, until=until, wait=wait, limits=limits)
    maintenance.forget()
    tick_log.write()


def _wait_and_release(wait: Callable[[], None], release_direct: Callable[[], None]) -> None:
    """Wait, and release the messages outside mailings that have come back meanwhile."""
    wait()
    release_direct()
