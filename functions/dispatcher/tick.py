"""One run of the dispatcher (DESIGN: the tick). Ticks may overlap, stop anywhere and come late without harm."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from dispatcher import direct_messages
from dispatcher.dispatch_loop import LIMITS, DispatchLimits, feed
from dispatcher.maintenance import Sweep
from dispatcher.sqs_queue import Clock, Queue
from dispatcher.tick_log import Account


def tick(
    engine: Engine,
    queue: Queue,
    *,
    clock: Clock,
    until: datetime,
    wait: Callable[[], None] | None = None,
    limits: DispatchLimits = LIMITS,
) -> None:
    """Do all that is due before the next tick, and stop at `until`; what is left then, the next tick does.

    Args:
        wait: as `feed` takes it.
        limits: how much is done at a time.
    """
    account = Account()
    sweep = Sweep(engine, account, clock, has_time=lambda: clock() < until)
    direct_messages.release(engine, queue, account, clock=clock)
    sweep.end_pauses()
    sweep.cancel_stopped()
    sweep.expire_over()
    sweep.bring_back()
    sweep.reopen_closed()
    feed(engine, queue, sweep, until=until, wait=wait, limits=limits)
    account.log()
