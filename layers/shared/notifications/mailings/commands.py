"""Acting on a mailing while it lives: change, pause, resume, cancel, retry, resolve, delete.

What has been claimed already goes out; everything else follows from the moment of the commit, because the claim
looks at the mailing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from notifications import message_state
from notifications.contracts.enumerations import LIVE_STATUSES, AuditAction, MailingStatus, Resolution
from notifications.contracts.errors import Conflict
from notifications.contracts.phrases import rfc3339
from notifications.contracts.problem_codes import ProblemCode
from notifications.mailings import repository as mailings
from notifications.mailings.mailing import Mailing

# Columns on which due times depend.
SCHEDULE = frozenset({"ends_at", "window_start", "window_end"})
# What may be changed only while the audience is not yet fixed.
BEFORE_START = frozenset({"starts_at", "filter_tags", "filter_operator_codes"})


def change(connection: Connection, mailing_id: int, values: Mapping[str, Any]) -> Mailing:
    """Change the named columns of a mailing; due times follow with the next tick, and until then nothing is claimed.

    Raises:
        Conflict: the mailing is over, or has started and the change concerns whom it goes to or when it starts.
    """
    row = mailings.get(connection, mailing_id, lock=True)
    _require(row, LIVE_STATUSES, AuditAction.CHANGE)
    if row.plan_until is not None and BEFORE_START & values.keys():
        raise Conflict(ProblemCode.MAILING_STARTED)
    return mailings.save(connection, mailing_id, **values, **(_rescheduled(row) if SCHEDULE & values.keys() else {}))


def _rescheduled(row: Mailing) -> dict[str, int]:
    version = row.schedule_version + 1
    followed = version if row.plan_until is None else row.rescheduled_version
    return {"schedule_version": version, "rescheduled_version": followed, "reschedule_position": 0}


def pause(connection: Connection, mailing_id: int) -> Mailing:
    """Stop a mailing until it is resumed. Pausing a paused one changes nothing."""
    row = mailings.get(connection, mailing_id, lock=True)
    _require(row, LIVE_STATUSES, AuditAction.PAUSE)
    return mailings.save(connection, mailing_id, status=MailingStatus.PAUSED)


def resume(connection: Connection, mailing_id: int) -> Mailing:
    """Go on with a paused mailing. Resuming one that is not paused changes nothing."""
    row = mailings.get(connection, mailing_id, lock=True)
    _require(row, LIVE_STATUSES, AuditAction.RESUME)
    if row.status != MailingStatus.PAUSED:
        return row
    began = MailingStatus.SCHEDULED if row.plan_until is None else MailingStatus.RUNNING
    return mailings.save(connection, mailing_id, status=began)


def cancel(connection: Connection, mailing_id: int, *, now: datetime) -> Mailing:
    """End a mailing for good; the next tick cancels what still waits. Cancelling a cancelled one changes nothing."""
    row = mailings.get(connection, mailing_id, lock=True)
    if row.status == MailingStatus.CANCELLED:
        return row
    _require(row, LIVE_STATUSES, AuditAction.CANCEL)
    return mailings.save(connection, mailing_id, status=MailingStatus.CANCELLED, finished_at=now)


def retry(connection: Connection, mailing_id: int, *, now: datetime) -> Mailing:
    """Put the failed messages of a mailing back to `pending`; a finished one runs again.

    Raises:
        Conflict: the mailing is cancelled, or its end has passed.
    """
    row = mailings.get(connection, mailing_id, lock=True)
    _require_time(row, AuditAction.RETRY, now)
    return _running_again(connection, row) if message_state.retry(connection, mailing_id, now=now) else row


def resolve(
    connection: Connection, mailing_id: int, verdict: Resolution, ids: Sequence[int] | None, *, now: datetime
) -> Mailing:
    """Decide on messages of unknown outcome, all or some: send them again under the same id, or give them up.

    Raises:
        Conflict: some of the ids are no messages of unknown outcome; or they are to be sent again, and the mailing is
            cancelled or its end has passed.
    """
    row = mailings.get(connection, mailing_id, lock=True)
    if verdict == Resolution.RESEND:
        _require_time(row, AuditAction.RESOLVE, now)
        resolved = message_state.resend(connection, mailing_id, ids, now=now)
    else:
        resolved = message_state.give_up(connection, mailing_id, ids, now=now)
    if others := sorted(set(ids or ()) - resolved):
        raise Conflict(ProblemCode.OUTCOME_KNOWN, message_ids=others)
    return _running_again(connection, row) if verdict == Resolution.RESEND and resolved else row


def _require_time(row: Mailing, action: AuditAction, now: datetime) -> None:
    _require(row, (MailingStatus.RUNNING, MailingStatus.PAUSED, MailingStatus.FINISHED), action)
    if row.ends_at <= now:
        raise Conflict(ProblemCode.MAILING_ENDED, ends_at=rfc3339(row.ends_at))


def _running_again(connection: Connection, row: Mailing) -> Mailing:
    if row.status != MailingStatus.FINISHED:
        return row
    return mailings.save(connection, row.id, status=MailingStatus.RUNNING, finished_at=None)


def remove(connection: Connection, mailing_id: int, *, now: datetime) -> None:
    """Stop a mailing and hide it; what was sent still counts in reports."""
    row = mailings.get(connection, mailing_id, lock=True)
    if row.status in LIVE_STATUSES:
        cancel(connection, mailing_id, now=now)
    mailings.save(connection, mailing_id, deleted_at=now)


def _require(row: Mailing, statuses: Sequence[MailingStatus], action: AuditAction) -> None:
    if row.status not in statuses:
        raise Conflict(ProblemCode.MAILING_STATUS, action=action, status=row.status)
