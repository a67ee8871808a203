"""Messages outside mailings: released before all others, as far as the provider takes them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine

from dispatcher.dispatch_loop import TICK_EVERY, TICK_LATE
from dispatcher.publisher import Outbox
from dispatcher.rate_schedule import Slots
from dispatcher.releasing import LIMITS
from dispatcher.sqs_queue import Clock, Departure, Queue
from dispatcher.tick_log import Account
from notifications import message_state
from notifications.providers import health


def release(engine: Engine, queue: Queue, account: Account, *, clock: Clock) -> None:
    """Put the messages that are due before the next tick onto the queue, a turn's worth at the most."""
    departures = take(engine, now=clock())
    if departures:
        with Outbox(engine, queue, account, clock=clock) as outbox:
            outbox.send(departures)


def take(engine: Engine, *, now: datetime) -> Sequence[Departure]:
    """Make due messages `queued`. Return them in the order in which they leave."""
    due_before = now + TICK_EVERY + TICK_LATE
    with engine.begin() as connection:
        budget = health.budget(connection, now=now, until=due_before)
        at_most = min(LIMITS.turn_messages, LIMITS.turn_messages if budget.messages is None else budget.messages)
        due = message_state.release(connection, None, now=now, due_before=due_before, at_most=at_most)
    if due:
        # Not with the rows, as in `releasing.take`.
        with engine.begin() as connection:
            health.spend(connection, budget, messages=len(due))
    leave = Slots(now, budget.slot, gap=budget.gap).assign([each.due_at for each in due])
    return [Departure(each.id, None, moment) for each, moment in zip(due, leave, strict=True)]
