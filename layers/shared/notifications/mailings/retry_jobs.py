"""Jobs that retry or resolve the messages of a mailing, by the order of their ids.

A job changes the messages that had their status when it was created, each once: one that it has retried and that fails
again stays failed, and one whose outcome becomes unknown later waits for another decision.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from notifications import message_state
from notifications.contracts.enumerations import AuditAction, JobKind, MessageStatus, Resolution, RetriedStatus
from notifications.jobs import repository as jobs
from notifications.jobs.job import Job, Kind, Kinds, Progress
from notifications.mailings import commands
from notifications.mailings import repository as mailings
from notifications.mailings.retries import BEGUN_STATUSES
from notifications.message_state import Decided
from notifications.messages.history import Message

CHUNK_SIZE = 1_000


def _retry(connection: Connection, job: Job, *, size: int, now: datetime) -> Progress:
    _require_sending(connection, job, AuditAction.RETRY, now)
    statuses = [RetriedStatus(each) for each in job.params["statuses"]]

    def decide(mailing_id: int, ids: Sequence[int]) -> Decided:
        return message_state.retry(connection, mailing_id, statuses, ids, now=now)

    return _next(connection, job, [MessageStatus(each) for each in statuses], decide, size)


def _resolve(connection: Connection, job: Job, *, size: int, now: datetime) -> Progress:
    resends = job.params["verdict"] == Resolution.RESEND
    if resends:
        _require_sending(connection, job, AuditAction.RESOLVE, now)

    def decide(mailing_id: int, ids: Sequence[int]) -> Decided:
        change = message_state.resend if resends else message_state.give_up
        return change(connection, mailing_id, ids, now=now)

    return _next(connection, job, [MessageStatus.UNKNOWN], decide, size)


def _require_sending(connection: Connection, job: Job, action: AuditAction, now: datetime) -> None:
    row = mailings.get(connection, _mailing_of(job))
    commands.require_status(row, BEGUN_STATUSES, action)
    commands.require_time(row, now)


def _next(
    connection: Connection,
    job: Job,
    statuses: Sequence[MessageStatus],
    decide: Callable[[int, Sequence[int]], Decided],
    size: int,
) -> Progress:
    """Decide on the next messages after the job's cursor, the id of the last message."""
    mailing_id, after = _mailing_of(job), job.cursor or 0
    until, ended_by = job.params["until"], job.created_at
    ids = message_state.ended(
        connection, mailing_id, statuses, after=after, until=until, at_most=size, ended_by=ended_by
    )
    decided = decide(mailing_id, ids)
    return Progress(
        cursor=ids[-1] if ids else after,
        done=len(ids),
        result=Counter(decided.values()),
        is_complete=len(ids) < size,
    )


def job_of_message(connection: Connection, message: Message) -> Job | None:
    """Return the open job that is to change a message and has not come to it yet, or None."""
    job_id = jobs.open_job_of(connection, message.mailing_id)
    job = jobs.get(connection, job_id) if job_id else None
    if job is None or message.status not in _statuses_of(job):
        return None
    is_ahead = (job.cursor or 0) < message.id <= job.params["until"] and message.since <= job.created_at
    return job if is_ahead else None


def _statuses_of(job: Job) -> Sequence[MessageStatus]:
    """Return the statuses of the messages that a job changes."""
    if job.kind == JobKind.RESOLVE:
        return [MessageStatus.UNKNOWN]
    return [MessageStatus(each) for each in job.params["statuses"]]


def _mailing_of(job: Job) -> int:
    if job.mailing_id is None:
        raise ValueError(f"job {job.id} has no mailing")
    return job.mailing_id


KINDS: Kinds = {JobKind.RETRY: Kind(_retry, CHUNK_SIZE), JobKind.RESOLVE: Kind(_resolve, CHUNK_SIZE)}
