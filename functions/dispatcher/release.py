"""Release: put due messages onto the queue, each mailing at its rate, the first window to close first."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, select, update

from dispatcher.queue import Departure, Queue
from notifications import gate, lifecycle
from notifications.gate import Budget
from notifications.observability import logger
from notifications.tables import mailing

# What one mailing may put out before the next one has its turn.
TURN_MESSAGES = 1_000


def running(connection: Connection) -> Sequence[int]:
    """The running mailings, but for those whose messages do not all follow a changed schedule yet."""
    follows = mailing.c.rescheduled_version == mailing.c.schedule_version
    query = select(mailing.c.id).where(mailing.c.status == "running", follows).order_by(mailing.c.id)
    return connection.execute(query).scalars().all()


def release_turn(
    engine: Engine, queue: Queue, mailing_id: int, *, now: datetime, until: datetime, turns: int = 1
) -> int:
    """Put out a turn of a mailing's messages that are due before `until`. Gives how many the queue took.

    They are committed as `queued` before they leave, since a sender drops what is not.

    Args:
        turns: how many mailings share what the provider is ready for.
    """
    with engine.begin() as connection:
        budget = gate.budget(connection, now=now, until=until)
    at_most = TURN_MESSAGES if budget.messages is None else min(TURN_MESSAGES, math.ceil(budget.messages / turns))
    if not at_most:
        return 0
    with engine.begin() as connection:
        departures = _take(connection, mailing_id, now=now, until=until, at_most=at_most)
    if departures:
        with engine.begin() as connection:
            gate.spend(connection, budget, messages=len(departures))
    departures = list(_paced(departures, budget))
    refused = queue.send(departures, now=now)
    if refused:
        with engine.begin() as connection:
            lifecycle.put_back(connection, refused, now=now)
    if departures:
        logger.info(
            "messages released",
            extra={
                "mailing_id": mailing_id,
                "released": len(departures) - len(refused),
                "refused": len(refused),
                "message_ids": [each.message_id for each in departures],
            },
        )
    return len(departures) - len(refused)


def _paced(departures: Iterable[Departure], budget: Budget) -> Iterable[Departure]:
    slot = budget.slot
    for departure in departures:
        slot = max(slot, departure.leaves_at)
        yield replace(departure, leaves_at=slot)
        slot += budget.gap


def _take(connection: Connection, mailing_id: int, *, now: datetime, until: datetime, at_most: int) -> list[Departure]:
    query = select(mailing).where(mailing.c.id == mailing_id, mailing.c.status == "running")
    row = connection.execute(query.with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return []
    if row.max_rate is None:
        due = lifecycle.release(connection, mailing_id, now=now, due_before=until, at_most=at_most)
        return [Departure(each.id, mailing_id, max(each.due_at, now)) for each in due]
    return _take_at_rate(connection, row, now=now, until=until, at_most=at_most)


def _take_at_rate(
    connection: Connection, row: Row[Any], *, now: datetime, until: datetime, at_most: int
) -> list[Departure]:
    slot = max(row.next_slot_at or now, now)
    gap = timedelta(seconds=1) / row.max_rate
    free = int((until - slot) / gap) if until > slot else 0
    if not free:
        return []
    due = lifecycle.release(connection, row.id, now=now, due_before=until, at_most=min(free, at_most))
    departures = list(_at_slots(due, row.id, slot, gap))
    if departures:
        connection.execute(
            update(mailing).where(mailing.c.id == row.id).values(next_slot_at=departures[-1].leaves_at + gap)
        )
    return departures


def _at_slots(due: Iterable[Any], mailing_id: int, slot: datetime, gap: timedelta) -> Iterable[Departure]:
    for each in due:
        slot = max(slot, each.due_at)
        yield Departure(each.id, mailing_id, slot)
        slot += gap
