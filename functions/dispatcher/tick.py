"""One run of the dispatcher (DESIGN: the tick). Ticks may overlap, stop anywhere and come late without harm."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from dispatcher import plan, release, sweep
from dispatcher.queue import Queue
from notifications.observability import logger

TICK_EVERY = timedelta(minutes=1)


def tick(engine: Engine, queue: Queue, *, clock: Callable[[], datetime], until: datetime) -> None:
    """Do all that is due before the next tick, and stop at `until`; what is left then, the next tick does."""
    swept = {
        "cancelled": sweep.cancel_stopped(engine, now=clock()),
        "expired": sweep.expire_over(engine, now=clock()),
        "swept": sweep.sweep_stuck(engine, now=clock()),
        "reopened": sweep.reopen_closed(engine, now=clock()),
    }
    with engine.begin() as connection:
        plan.begin_due(connection, starts_before=clock() + TICK_EVERY)
    while clock() < until and _round(engine, queue, clock=clock):
        pass
    sweep.finish_done(engine, now=clock())
    logger.info("tick", extra=swept)


def _round(engine: Engine, queue: Queue, *, clock: Callable[[], datetime]) -> bool:
    """Plan a chunk of every mailing and release a turn of every mailing, so that a small one waits for no large one.

    Gives:
        whether there may be more to do.
    """
    with engine.connect() as connection:
        unplanned = plan.unplanned(connection)
    for mailing_id in unplanned:
        with engine.begin() as connection:
            plan.plan_next(connection, mailing_id, now=clock())
    with engine.connect() as connection:
        running = release.running(connection)
    now = clock()
    released = [
        release.release_turn(engine, queue, each, now=now, until=now + TICK_EVERY, turns=len(running))
        for each in running
    ]
    return bool(unplanned) or any(released)
