"""Tick: one run of the dispatcher. Ticks may overlap, stop at any point and come late without harm."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import Engine

from dispatcher import direct_messages
from dispatcher.dispatch_loop import LIMITS, DispatchLimits, dispatch
from dispatcher.maintenance import Maintenance
from dispatcher.sqs_queue import Clock, Queue
from dispatcher.tick_log import TickLog
from notifications.database.dispatcher_runs import Waiting
from notifications.jobs.retention.periods import Days
from notifications.message_state.deliveries.receipt_checks import Check


def tick(
    engine: Engine,
    queue: Queue,
    *,
    clock: Clock,
    until: datetime,
    waiting: Waiting | None = None,
    limits: DispatchLimits = LIMITS,
    retention: Days | None = None,
    requires_consent: bool = False,
    receipt_check: Check | None = None,
) -> None:
    """Run all work that is due before the next tick.

    Args:
        until: time to stop. The next tick does the rest.
        waiting: waits while the queue is full, or messages may come back from it; None to leave the rest to the next
            tick.
        limits: sizes of a step's chunks.
        retention: days for which rows are kept; None to remove none.
        requires_consent: plan no marketing to clients who have not consented to it.
        receipt_check: settings of the checks for messages without receipts; None if no receipts are expected.
    """
    tick_log = TickLog()
    maintenance = Maintenance(
        engine,
        tick_log,
        clock,
        has_time=lambda: clock() < until,
        retention=retention,
        receipt_check=receipt_check,
    )
    direct_messages.release(engine, queue, tick_log, clock=clock)
    maintenance.end_pauses()
    maintenance.cancel_stopped()
    maintenance.expire_over()
    maintenance.sweep_stuck(queue)
    maintenance.apply_early_receipts()
    maintenance.reopen_closed()
    maintenance.check_missing_receipts()
    maintenance.watch_operators()
    maintenance.scan_attributes()
    maintenance.start_retention()
    if waiting is not None:
        release_direct = partial(direct_messages.release, engine, queue, tick_log, clock=clock)
        waiting = replace(waiting, sleep=partial(_sleep_and_release, waiting.sleep, release_direct))
    dispatch(
        engine,
        queue,
        maintenance,
        until=until,
        waiting=waiting,
        limits=limits,
        requires_consent=requires_consent,
    )
    tick_log.write()


def _sleep_and_release(sleep: Callable[[], None], release_direct: Callable[[], None]) -> None:
    """Sleep, and release the messages outside mailings that have come back meanwhile."""
    sleep()
    release_direct()
