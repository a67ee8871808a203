"""Release messages outside mailings, before all others and within the provider's rate."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine

from dispatcher.dispatch_loop import MAX_TICK_DELAY, TICK_INTERVAL
from dispatcher.publisher import Publisher
from dispatcher.rate_schedule import RateSchedule
from dispatcher.releasing import LIMITS
from dispatcher.sqs_queue import Clock, Queue, ScheduledMessage
from dispatcher.tick_log import TickLog
from notifications import message_state
from notifications.providers import quotas


def release(engine: Engine, queue: Queue, tick_log: TickLog, *, clock: Clock) -> None:
    """Put the messages that are due before the next tick onto the queue."""
    messages = take(engine, now=clock())
    if messages:
        with Publisher(engine, queue, tick_log, clock=clock) as publisher:
            publisher.publish(messages)


def take(engine: Engine, *, now: datetime) -> Sequence[ScheduledMessage]:
    """Make due messages `queued`. Return them by send time."""
    due_before = now + TICK_INTERVAL + MAX_TICK_DELAY
    with engine.begin() as connection:
        quota = quotas.for_release(connection, now=now, until=due_before)
        at_most = quota.allowed(LIMITS.batch_messages)
        due = message_state.release(connection, None, now=now, due_before=min(due_before, quota.until), at_most=at_most)
    quotas.record_release(engine, quota, messages=len(due))
    schedule = RateSchedule(now, quota.starts_at, provider_gap=quota.interval)
    send_at = schedule.assign_send_times([each.due_at for each in due])
    return [ScheduledMessage(each.id, None, moment) for each, moment in zip(due, send_at, strict=True)]
