"""One run of the dispatcher (DESIGN: the tick). Ticks may overlap, stop anywhere and come late without harm."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Engine

from dispatcher import plan, release, reschedule, trial
from dispatcher.account import Account
from dispatcher.queue import Queue
from dispatcher.sweep import Sweep

TICK_EVERY = timedelta(minutes=1)


def tick(engine: Engine, queue: Queue, *, clock: Callable[[], datetime], until: datetime) -> None:
    """Do all that is due before the next tick, and stop at `until`; what is left then, the next tick does."""
    account = Account()

    def has_time() -> bool:
        return clock() < until

    sweep = Sweep(engine, account, clock, has_time)
    trial.release(engine, queue, now=clock())
    sweep.end_pauses()
    sweep.cancel_stopped()
    sweep.expire_over()
    sweep.bring_back()
    sweep.reopen_closed()
    with engine.begin() as connection:
        plan.begin_due(connection, starts_before=clock() + TICK_EVERY)
    while has_time() and _round(engine, queue, account, clock=clock):
        pass
    sweep.finish_done()
    account.log()


def _round(engine: Engine, queue: Queue, account: Account, *, clock: Callable[[], datetime]) -> bool:
    """Plan a chunk of every mailing and release a turn of every mailing, so that a small one waits for no large one.

    Gives:
        whether there may be more to do.
    """
    with engine.connect() as connection:
        unplanned, behind = plan.unplanned(connection), reschedule.behind(connection)
    for each in unplanned:
        account.timed(each, "planned", partial(plan.plan_next, engine, each, now=clock()))
    for each in behind:
        account.timed(each, "rescheduled", partial(reschedule.reschedule_next, engine, each, now=clock()))
    with engine.connect() as connection:
        running = release.running(connection)
    now = clock()
    released = [
        account.timed(
            each,
            "released",
            partial(release.release_turn, engine, queue, each, now=now, until=now + TICK_EVERY, turns=len(running)),
        )
        for each in running
    ]
    return bool(unplanned) or bool(behind) or any(released)
