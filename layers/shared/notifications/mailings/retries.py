"""Retry failed messages of a mailing, and resolve those of unknown outcome: a few at once, many as a job."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from notifications import message_state
from notifications.contracts.enumerations import (
    AuditAction,
    JobKind,
    MailingStatus,
    MessageStatus,
    Resolution,
    RetriedStatus,
)
from notifications.contracts.errors import Conflict
from notifications.contracts.phrases import rfc3339
from notifications.contracts.problem_codes import ProblemCode
from notifications.events.audit import Author
from notifications.jobs import repository as jobs
from notifications.jobs.job import AT_ONCE, Job
from notifications.mailings import commands
from notifications.mailings import repository as mailings
from notifications.mailings.mailing import Mailing
from notifications.message_state import Decided

# Messages that a new end expires first. It takes a quarter of a second.
EXPIRED_AT_ONCE = 5_000
BEGUN_STATUSES = (MailingStatus.RUNNING, MailingStatus.PAUSED, MailingStatus.FINISHED)


def retry(
    connection: Connection,
    mailing_id: int,
    *,
    author: Author,
    now: datetime,
    statuses: Collection[RetriedStatus] = (RetriedStatus.FAILED,),
    ends_at: datetime | None = None,
    at_once: int = AT_ONCE,
) -> Job | None:
    """Return messages of a mailing to `pending`. A finished mailing becomes `running`.

    Args:
        statuses: statuses of the messages.
        ends_at: new end of the mailing, which it gets at once; needed if its end has passed.
        at_once: most messages that are changed without a job.

    Returns:
        The job that does it; None if all is done.

    Raises:
        Conflict: the mailing is scheduled or cancelled, retention has removed messages of it, another job works on it,
            or its end has passed and no new one is given.
    """
    row = mailings.get(connection, mailing_id, lock=True)
    commands.require_status(row, BEGUN_STATUSES, AuditAction.RETRY)
    _require_messages(row)
    _require_idle(connection, mailing_id)
    if ends_at is None:
        commands.require_time(row, now)
    else:
        row = _extend(connection, row, ends_at, now=now)
    ids = _first(connection, mailing_id, statuses, at_once)
    if len(ids) > at_once:
        params = {"statuses": sorted(statuses)}
        job = _start(connection, row, JobKind.RETRY, statuses, params=params, author=author, now=now)
        _run_again(connection, row)
        return job
    if MessageStatus.PENDING in message_state.retry(connection, mailing_id, statuses, ids, now=now).values():
        _run_again(connection, row)
    return None


def _extend(connection: Connection, row: Mailing, ends_at: datetime, *, now: datetime) -> Mailing:
    """Give a mailing a new end. Messages that the old end has stopped stay so, whether a tick has seen it or not."""
    if row.ends_at > now:
        return mailings.save(connection, row.id, ends_at=ends_at, **commands.new_schedule(row))
    if message_state.expire(connection, row.id, now=now, at_most=EXPIRED_AT_ONCE + 1) > EXPIRED_AT_ONCE:
        raise Conflict(ProblemCode.MAILING_ENDING, at_most=EXPIRED_AT_ONCE)
    version = row.schedule_version + 1
    return mailings.save(connection, row.id, ends_at=ends_at, schedule_version=version, rescheduled_version=version)


def resolve(
    connection: Connection,
    mailing_id: int,
    verdict: Resolution,
    ids: Sequence[int] | None,
    *,
    author: Author,
    now: datetime,
    at_once: int = AT_ONCE,
) -> Job | None:
    """Send messages of unknown outcome again under the same ids, or give them up.

    Args:
        ids: the messages; None for all.
        at_once: most messages that are changed without a job, if all are.

    Returns:
        The job that does it; None if all is done.

    Raises:
        Conflict: some messages do not have the status `unknown`; another job works on the mailing; retention has
            removed messages of it; or they are to be sent again, and the mailing is cancelled or its end has passed.
    """
    row = mailings.get(connection, mailing_id, lock=True)
    _require_messages(row)
    _require_idle(connection, mailing_id)
    if verdict == Resolution.RESEND:
        commands.require_status(row, BEGUN_STATUSES, AuditAction.RESOLVE)
        commands.require_time(row, now)
    unknown = (MessageStatus.UNKNOWN,)
    chosen = _first(connection, mailing_id, unknown, at_once) if ids is None else ids
    if ids is None and len(chosen) > at_once:
        params = {"verdict": verdict}
        job = _start(connection, row, JobKind.RESOLVE, unknown, params=params, author=author, now=now)
        if verdict == Resolution.RESEND:
            _run_again(connection, row)
        return job
    resolved = _resolve(connection, mailing_id, verdict, chosen, now)
    if ids is not None and (others := sorted(set(ids) - resolved.keys())):
        raise Conflict(ProblemCode.OUTCOME_KNOWN, message_ids=others)
    if verdict == Resolution.RESEND and resolved:
        _run_again(connection, row)
    return None


def _resolve(
    connection: Connection, mailing_id: int, verdict: Resolution, ids: Sequence[int], now: datetime
) -> Decided:
    decide = message_state.resend if verdict == Resolution.RESEND else message_state.give_up
    return decide(connection, mailing_id, ids, now=now)


def _first(connection: Connection, mailing_id: int, statuses: Collection[str], at_once: int) -> Sequence[int]:
    """Return the first ids of messages with one of the statuses: more than `at_once` if there are more."""
    wanted = [MessageStatus(each) for each in statuses]
    last = message_state.last_ended(connection, mailing_id, wanted)
    return message_state.ended(connection, mailing_id, wanted, after=0, until=last, at_most=at_once + 1)


def _start(
    connection: Connection,
    row: Mailing,
    kind: JobKind,
    statuses: Collection[str],
    *,
    params: dict[str, Any],
    author: Author,
    now: datetime,
) -> Job:
    """Create a job for the messages that have one of the statuses now."""
    wanted = [MessageStatus(each) for each in statuses]
    stats = mailings.stats(connection, [row.id])[row.id]
    return jobs.create(
        connection,
        kind,
        {**params, "until": message_state.last_ended(connection, row.id, wanted)},
        author=author,
        now=now,
        total=sum(stats[each] for each in wanted),
        mailing_id=row.id,
    )


def _require_messages(row: Mailing) -> None:
    if row.messages_removed_at is not None:
        raise Conflict(ProblemCode.MESSAGES_REMOVED, removed_at=rfc3339(row.messages_removed_at))


def _require_idle(connection: Connection, mailing_id: int) -> None:
    job_id = jobs.open_job_of(connection, mailing_id)
    if job_id is not None:
        raise Conflict(ProblemCode.MAILING_BUSY, job_id=job_id)


def _run_again(connection: Connection, row: Mailing) -> None:
    if row.status == MailingStatus.FINISHED:
        mailings.save(connection, row.id, status=MailingStatus.RUNNING, finished_at=None)
