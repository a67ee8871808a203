"""Releasing: mark due messages as queued, each mailing at its rate, earliest-closing send window first.

A mailing may have no more on the queue than its share (docs/decisions/0012-a-short-queue.md).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, select, text

from dispatcher.rate_schedule import SECOND, RateSchedule
from dispatcher.sqs_queue import ScheduledMessage
from notifications import message_state
from notifications.contracts.enumerations import MailingStatus
from notifications.database.tables import mailing
from notifications.events import holds
from notifications.mailings import repository as mailings
from notifications.mailings.mailing import Mailing
from notifications.providers import quotas
from notifications.providers.quotas import ReleaseQuota

# A mailing's first messages, which are released before those of the others.
FIRST_MESSAGES = 100
# In one of so many rounds the others go first, so that a series of small mailings does not hold them up.
OTHERS_EVERY = 4

_COUNTS = text("""
    SELECT mailing.id,
           COALESCE(sum(mailing_count.n) FILTER (WHERE mailing_count.status = 'queued'), 0) AS queued,
           COALESCE(sum(mailing_count.n) FILTER (WHERE mailing_count.status <> 'pending'), 0) AS begun
    FROM mailing LEFT JOIN mailing_count ON mailing_count.mailing_id = mailing.id
    WHERE mailing.status = 'running' AND mailing.rescheduled_version = mailing.schedule_version
    GROUP BY mailing.id ORDER BY mailing.id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseLimits:
    """Numbers of messages that are released at a time and that may be on the queue.

    Attributes:
        batch_messages: messages that one mailing may release before the next mailing.
        batch_seconds: seconds of a mailing's rate that it may release at a time, if that is more messages.
        min_room: least space on the queue that is worth the cost of a release.
        queue_messages: messages of all mailings on the queue, few enough that senders soon reach a new mailing.
    """

    batch_messages: int = 1_000
    batch_seconds: int = 10
    min_room: int = 500
    queue_messages: int = 4_000


LIMITS = ReleaseLimits()


@dataclass(frozen=True, slots=True)
class Release:
    """Messages of one mailing that are released together.

    Attributes:
        messages: committed as `queued`, in the order of their send times.
        is_complete: True if the mailing has nothing more to release before the next tick.
    """

    messages: Sequence[ScheduledMessage] = field(default=())
    is_complete: bool = False


def running_mailings(connection: Connection) -> Sequence[int]:
    """Return the running mailings, except those whose messages do not follow a changed schedule yet."""
    follows = mailing.c.rescheduled_version == mailing.c.schedule_version
    query = select(mailing.c.id).where(mailing.c.status == MailingStatus.RUNNING, follows).order_by(mailing.c.id)
    return connection.execute(query).scalars().all()


def message_counts(connection: Connection) -> tuple[dict[int, int], dict[int, int]]:
    """Return the numbers of queued messages, and of messages that have left `pending`, from running counts.

    Both are by mailing of `running_mailings`.
    """
    rows = connection.execute(_COUNTS).all()
    return {row.id: int(row.queued) for row in rows}, {row.id: int(row.begun) for row in rows}


def turns(begun: Mapping[int, int], *, releases: int) -> list[tuple[int, int]]:
    """Return the mailings in the order in which they release, each with the number of mailings that share the rest.

    A mailing's first messages go first, so that a small mailing does not wait for large ones.

    Args:
        begun: numbers of messages that have left `pending`, by mailing.
        releases: number of rounds before this one in which messages were released.
    """
    first = sorted(each for each, messages in begun.items() if messages < FIRST_MESSAGES)
    others = sorted(begun.keys() - set(first))
    groups = [others, first] if releases % OTHERS_EVERY == OTHERS_EVERY - 1 else [first, others]
    return [(each, len(group) - place) for group in groups for place, each in enumerate(group)]


def queue_share(on_queue: dict[int, int], mailing_id: int, limits: ReleaseLimits = LIMITS) -> int:
    """Return how many messages a mailing may have on the queue, given the queued messages of all mailings."""
    others = sum(1 for other, n in on_queue.items() if n and other != mailing_id)
    return max(limits.batch_messages, limits.queue_messages // (1 + others))


def release_next(
    engine: Engine,
    mailing_id: int,
    *,
    on_queue: dict[int, int],
    now: datetime,
    due_before: datetime,
    sharers: int = 1,
    limits: ReleaseLimits = LIMITS,
) -> Release:
    """Release the next messages of a mailing: commit them as `queued`, since senders drop any others.

    Args:
        on_queue: messages on the queue by mailing, from `message_counts`.
        due_before: only messages that are due before this time are released.
        sharers: number of mailings that share what the provider's rate still leaves.
    """
    with engine.begin() as connection:
        quota = quotas.for_release(connection, now=now, until=due_before)
        row = mailings.lock_if_free(connection, mailing_id, mailing.c.status == MailingStatus.RUNNING)
        if row is None:
            # Another tick works on the mailing, or it is over.
            return Release(is_complete=not _is_running(connection, mailing_id))
        room = _room(row, on_queue, limits, ahead=due_before - now)
        if room < limits.min_room:
            return Release()
        batch_messages = max(limits.batch_messages, limits.batch_seconds * (row.max_rate or 0))
        at_most = quota.allowed(min(room, batch_messages), sharers=sharers)
        release = _release(connection, row, quota, at_most=at_most, now=now, due_before=due_before)
    quotas.record_release(engine, quota, messages=len(release.messages))
    return release


def _is_running(connection: Connection, mailing_id: int) -> bool:
    query = select(mailing.c.id).where(mailing.c.id == mailing_id, mailing.c.status == MailingStatus.RUNNING)
    return connection.execute(query).one_or_none() is not None


def _room(row: Mailing, on_queue: dict[int, int], limits: ReleaseLimits, *, ahead: timedelta) -> int:
    at_rate = math.ceil(ahead / SECOND) * (row.max_rate or 0)
    return max(queue_share(on_queue, row.id, limits), at_rate) - on_queue[row.id]


def _release(
    connection: Connection, row: Mailing, quota: ReleaseQuota, *, at_most: int, now: datetime, due_before: datetime
) -> Release:
    schedule = RateSchedule(now, max(quota.starts_at, row.next_slot_at or now), row.max_rate, quota.interval)
    capacity = schedule.capacity_before(due_before)
    at_most = at_most if capacity is None else min(at_most, capacity)
    # The provider's limit leaves less than the time up to the next tick.
    is_limited = quota.until < due_before and quota.starts_at < due_before
    if not at_most:
        return Release(is_complete=not is_limited)
    due = message_state.release(connection, row.id, now=now, due_before=min(due_before, quota.until), at_most=at_most)
    if not due:
        return Release(is_complete=not is_limited)
    send_at = schedule.assign_send_times([each.due_at for each in due])
    if row.max_rate is not None:
        lag = _rate_lag(connection, row, first_due=min(each.due_at for each in due), now=now)
        sendable_at = {
            each.id: max(each.due_at, schedule.queue_time(moment) - lag)
            for each, moment in zip(due, send_at, strict=True)
        }
        message_state.set_sendable(connection, sendable_at)
        mailings.save(connection, row.id, next_slot_at=max(send_at) + schedule.gap, rate_lag=lag)
    messages = [ScheduledMessage(each.id, row.id, moment) for each, moment in zip(due, send_at, strict=True)]
    return Release(messages, is_complete=len(due) < at_most and not is_limited)


def _rate_lag(connection: Connection, row: Mailing, *, first_due: datetime, now: datetime) -> timedelta:
    """Return how far sending is behind the mailing's rate, because it stood still while messages were due.

    The lag lasts as long as messages wait. Time in which the mailing or the provider was held is no lag.
    """
    waits_since = max(first_due, row.next_slot_at or first_due)
    before = row.rate_lag if row.rate_lag is not None and first_due < waits_since else timedelta(0)
    if waits_since >= now:
        return before
    return before + (now - waits_since) - holds.held_time(connection, row.id, begins=waits_since, ends=now)
