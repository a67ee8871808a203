"""Release: take the messages that are due, each mailing at its rate, the first window to close first.

A mailing may have no more on the queue than its share (docs/decisions/0012-a-short-queue.md).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, select, text, update

from dispatcher.rate_schedule import SECOND, Slots
from dispatcher.sqs_queue import Departure
from notifications import message_state
from notifications.contracts.enumerations import MailingStatus
from notifications.database.tables import mailing
from notifications.mailings import repository as mailings
from notifications.mailings.mailing import Mailing
from notifications.providers import health
from notifications.providers.health import Budget

_QUEUED = text("""
    SELECT mailing.id, COALESCE(sum(mailing_count.n), 0) AS n
    FROM mailing LEFT JOIN mailing_count ON mailing_count.mailing_id = mailing.id AND mailing_count.status = 'queued'
    WHERE mailing.status = 'running' AND mailing.rescheduled_version = mailing.schedule_version
    GROUP BY mailing.id ORDER BY mailing.id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseLimits:
    """Numbers of messages that are released at a time and that may be on the queue.

    Attributes:
        turn_messages: what one mailing may put out before the next one has its turn.
        turn_seconds: how many seconds of a mailing's rate fit into a turn at least.
        room: space on the queue below which a turn is not worth its cost, unless there are no more messages.
        queue: messages of all mailings on the queue, so that a new or changed mailing soon has its turn at the senders.
    """

    turn_messages: int = 1_000
    turn_seconds: int = 10
    room: int = 500
    queue: int = 4_000


LIMITS = ReleaseLimits()


@dataclass(frozen=True, slots=True)
class Turn:
    """What a mailing has in its turn.

    Args:
        departures: the messages, committed as `queued`, in the order in which they leave.
        done: whether nothing more may leave before the next tick; otherwise it may, now or when the queue has room.
    """

    departures: Sequence[Departure] = field(default=())
    done: bool = False


def running(connection: Connection) -> Sequence[int]:
    """The running mailings, but for those whose messages do not all follow a changed schedule yet."""
    follows = mailing.c.rescheduled_version == mailing.c.schedule_version
    query = select(mailing.c.id).where(mailing.c.status == MailingStatus.RUNNING, follows).order_by(mailing.c.id)
    return connection.execute(query).scalars().all()


def queued(connection: Connection) -> dict[int, int]:
    """The mailings that `running` gives, and how many messages of each are on the queue: a running count."""
    return {row.id: int(row.n) for row in connection.execute(_QUEUED)}


def share(on_queue: dict[int, int], mailing_id: int, limits: ReleaseLimits = LIMITS) -> int:
    """How many messages of a mailing may be on the queue, given what all mailings have there."""
    others = sum(1 for other, n in on_queue.items() if n and other != mailing_id)
    return max(limits.turn_messages, limits.queue // (1 + others))


def take(
    engine: Engine,
    mailing_id: int,
    *,
    on_queue: dict[int, int],
    now: datetime,
    due_before: datetime,
    turns: int = 1,
    limits: ReleaseLimits = LIMITS,
) -> Turn:
    """Take a turn of a mailing's due messages: make them `queued`, since a sender drops what is not.

    Args:
        on_queue: what `queued` gave.
        due_before: the moment up to which messages leave.
        turns: how many mailings share what the provider is ready for.
    """
    with engine.begin() as connection:
        budget = health.budget(connection, now=now, until=due_before)
        row = mailings.lock_if_free(connection, mailing_id, mailing.c.status == MailingStatus.RUNNING)
        if row is None:
            # Another tick is at it, for a moment, or it is over.
            return Turn(done=not _is_running(connection, mailing_id))
        room = _room(row, on_queue, limits, ahead=due_before - now)
        if room < limits.room:
            return Turn()
        turn_messages = max(limits.turn_messages, limits.turn_seconds * (row.max_rate or 0))
        at_most = min(room, turn_messages)
        turn = _take(connection, row, budget, at_most=at_most, now=now, due_before=due_before, turns=turns)
    if turn.departures and budget.messages is not None:
        # Not with the rows: senders lock the provider's row first and the running counts after it.
        with engine.begin() as connection:
            health.spend(connection, budget, messages=len(turn.departures))
    return turn


def _is_running(connection: Connection, mailing_id: int) -> bool:
    query = select(mailing.c.id).where(mailing.c.id == mailing_id, mailing.c.status == MailingStatus.RUNNING)
    return connection.execute(query).one_or_none() is not None


def _room(row: Mailing, on_queue: dict[int, int], limits: ReleaseLimits, *, ahead: timedelta) -> int:
    at_rate = math.ceil(ahead / SECOND) * (row.max_rate or 0)
    return max(share(on_queue, row.id, limits), at_rate) - on_queue[row.id]


def _take(
    connection: Connection,
    row: Mailing,
    budget: Budget,
    *,
    at_most: int,
    now: datetime,
    due_before: datetime,
    turns: int,
) -> Turn:
    slots = Slots(now, max(budget.slot, row.next_slot_at or now), row.max_rate, budget.gap)
    bounds = [at_most, slots.free(due_before), None if budget.messages is None else math.ceil(budget.messages / turns)]
    at_most = min(bound for bound in bounds if bound is not None)
    if not at_most:
        return Turn(done=True)
    due = message_state.release(connection, row.id, now=now, due_before=due_before, at_most=at_most)
    if not due:
        return Turn(done=True)
    leave = slots.assign([each.due_at for each in due])
    if row.max_rate is not None:
        _save(connection, row.id, next_slot_at=max(leave) + SECOND)
    departures = [Departure(each.id, row.id, moment) for each, moment in zip(due, leave, strict=True)]
    return Turn(departures, done=len(due) < at_most)


def _save(connection: Connection, mailing_id: int, *, next_slot_at: datetime) -> None:
    connection.execute(update(mailing).where(mailing.c.id == mailing_id).values(next_slot_at=next_slot_at))
