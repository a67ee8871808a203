"""Messages outside mailings: released before all others, as far as the provider takes them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine

from dispatcher.dispatch_loop import TICK_EVERY, TICK_LATE
from dispatcher.publisher import Publisher
from dispatcher.rate_schedule import RateSchedule
from dispatcher.releasing import LIMITS
from dispatcher.sqs_queue import Clock, Queue, ScheduledMessage
from dispatcher.tick_log import TickLog
from notifications import message_state
from notifications.providers import health


def release(engine: Engine, queue: Queue, tick_log: TickLog, *, clock: Clock) -> None:
    """Put the messages that are due before the next tick onto the queue, a turn's worth at the most."""
    messages = take(engine, now=clock())
    if messages:
        with Publisher(engine, queue, tick_log, clock=clock) as publisher:
            publisher.publish(messages)


def take(engine: Engine, *, now: datetime) -> Sequence[ScheduledMessage]:
    """Make due messages `queued`. Return them in the order in which they leave."""
    due_before = now + TICK_EVERY + TICK_LATE
    with engine.begin() as connection:
        budget = health.budget(connection, now=now, until=due_before)
        at_most = min(LIMITS.batch_messages, LIMITS.batch_messages if budget.messages is None else budget.messages)
        due = message_state.release(connection, None, now=now, due_before=due_before, at_most=at_most)
    if due:
        # Not with the rows, as in `releasing.release_next`.
        with engine.begin() as connection:
            health.spend(connection, budget, messages=len(due))
    send_at = RateSchedule(now, budget.slot, gap=budget.gap).assign_send_times([each.due_at for each in due])
    return [ScheduledMessage(each.id, None, moment) for each, moment in zip(due, send_at, strict=True)]
