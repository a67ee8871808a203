"""Commands on a mailing: change, launch, withdraw, pause, resume, cancel, retry, resolve, delete.

Claimed messages are still sent. All others follow as soon as the command is committed: the claim reads the mailing.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from notifications import message_state
from notifications.contracts.enumerations import (
    CHANGEABLE_STATUSES,
    LIVE_STATUSES,
    AuditAction,
    MailingStatus,
    OnUnknown,
    Resolution,
    RetriedStatus,
)
from notifications.contracts.errors import Conflict, InvalidInput
from notifications.contracts.phrases import rfc3339
from notifications.contracts.problem_codes import ProblemCode
from notifications.events import holds
from notifications.mailings import repository as mailings
from notifications.mailings.mailing import Mailing

# Columns on which due times depend.
SCHEDULE_COLUMNS = frozenset({"ends_at", "window_start", "window_end"})
# Columns that may be changed only until the audience is fixed.
AUDIENCE_COLUMNS = frozenset({"starts_at", "filter_tags", "filter_operator_codes"})
_BEGUN_STATUSES = (MailingStatus.RUNNING, MailingStatus.PAUSED, MailingStatus.FINISHED)


def change(connection: Connection, mailing_id: int, values: Mapping[str, Any], *, now: datetime) -> Mailing:
    """Change a mailing. If due times depend on the change, no message is claimed until a tick has found new ones.

    Args:
        values: the new values by column.

    Raises:
        Conflict: the mailing is over or its end has passed, or it has started and the change is of its filter or start.
    """
    row = mailings.get(connection, mailing_id, lock=True)
    _require(row, CHANGEABLE_STATUSES, AuditAction.CHANGE)
    if row.status != MailingStatus.DRAFT:
        _require_time(row, now)
    if row.plan_until is not None and AUDIENCE_COLUMNS & values.keys():
        raise Conflict(ProblemCode.MAILING_STARTED)
    if row.on_unknown == OnUnknown.RESEND and values.get("on_unknown") == OnUnknown.HOLD:
        message_state.hold(connection, mailing_id, now=now)
    rescheduled = _rescheduled(row) if SCHEDULE_COLUMNS & values.keys() else {}
    return mailings.save(connection, mailing_id, **values, **rescheduled, **_new_rate(row, values, now))


def _new_rate(row: Mailing, values: Mapping[str, Any], now: datetime) -> dict[str, datetime]:
    """Let the next release follow a changed rate at once, since the last one looked ahead at the old rate."""
    if row.next_slot_at is None or values.get("max_rate", row.max_rate) == row.max_rate:
        return {}
    return {"next_slot_at": min(row.next_slot_at, now)}


def _rescheduled(row: Mailing) -> dict[str, int]:
    version = row.schedule_version + 1
    followed = version if row.plan_until is None else row.rescheduled_version
    return {"schedule_version": version, "rescheduled_version": followed, "reschedule_position": 0}


def launch(connection: Connection, mailing_id: int, *, now: datetime) -> Mailing:
    """Schedule a draft.

    Raises:
        Conflict: the mailing is not a draft.
        InvalidInput: the draft's end has passed.
    """
    row = mailings.get(connection, mailing_id, lock=True)
    _require(row, (MailingStatus.DRAFT,), AuditAction.LAUNCH)
    if row.ends_at <= now:
        raise InvalidInput("ends_at", ProblemCode.END_IN_PAST)
    return mailings.save(connection, mailing_id, status=MailingStatus.SCHEDULED)


def withdraw(connection: Connection, mailing_id: int) -> Mailing:
    """Make a mailing that has not started a draft again. A draft stays as it is.

    Raises:
        Conflict: the mailing has started or is over.
    """
    row = mailings.get(connection, mailing_id, lock=True)
    _require(row, CHANGEABLE_STATUSES, AuditAction.WITHDRAW)
    if row.plan_until is not None:
        raise Conflict(ProblemCode.MAILING_PLANNED)
    return mailings.save(connection, mailing_id, status=MailingStatus.DRAFT)


def pause(connection: Connection, mailing_id: int, *, now: datetime) -> Mailing:
    """Pause a mailing. A paused one stays as it is."""
    row = mailings.get(connection, mailing_id, lock=True)
    _require(row, LIVE_STATUSES, AuditAction.PAUSE)
    if row.status == MailingStatus.PAUSED:
        return row
    return mailings.save(connection, mailing_id, status=MailingStatus.PAUSED, paused_at=now)


def resume(connection: Connection, mailing_id: int, *, now: datetime) -> Mailing:
    """Resume a paused mailing, and record the pause. Any other stays as it is."""
    row = mailings.get(connection, mailing_id, lock=True)
    _require(row, LIVE_STATUSES, AuditAction.RESUME)
    if row.status != MailingStatus.PAUSED:
        return row
    if row.paused_at is not None:
        holds.record(connection, mailing_id, begins_at=row.paused_at, ends_at=now)
    status = MailingStatus.SCHEDULED if row.plan_until is None else MailingStatus.RUNNING
    return mailings.save(connection, mailing_id, status=status)


def cancel(connection: Connection, mailing_id: int, *, now: datetime) -> Mailing:
    """Cancel a mailing; the next tick cancels its waiting messages. A cancelled one stays as it is."""
    row = mailings.get(connection, mailing_id, lock=True)
    if row.status == MailingStatus.CANCELLED:
        return row
    _require(row, LIVE_STATUSES, AuditAction.CANCEL)
    return mailings.save(connection, mailing_id, status=MailingStatus.CANCELLED, finished_at=now)


def retry(
    connection: Connection,
    mailing_id: int,
    *,
    now: datetime,
    statuses: Collection[RetriedStatus] = (RetriedStatus.FAILED,),
    ends_at: datetime | None = None,
) -> Mailing:
    """Return messages of a mailing to `pending`. A finished mailing becomes `running`.

    Args:
        statuses: statuses of the messages.
        ends_at: new end of the mailing; needed if its end has passed.

    Raises:
        Conflict: the mailing is scheduled or cancelled, or its end has passed and no new one is given.
    """
    row = mailings.get(connection, mailing_id, lock=True)
    _require(row, _BEGUN_STATUSES, AuditAction.RETRY)
    if ends_at is None:
        _require_time(row, now)
    else:
        row = _extend(connection, row, ends_at, now=now)
    return _run_again(connection, row) if message_state.retry(connection, mailing_id, statuses, now=now) else row


def _extend(connection: Connection, row: Mailing, ends_at: datetime, *, now: datetime) -> Mailing:
    """Give a mailing a new end. Messages that the old end has stopped stay so, whether a tick has seen it or not."""
    if row.ends_at > now:
        return mailings.save(connection, row.id, ends_at=ends_at, **_rescheduled(row))
    message_state.expire(connection, row.id, now=now, at_most=None)
    version = row.schedule_version + 1
    return mailings.save(connection, row.id, ends_at=ends_at, schedule_version=version, rescheduled_version=version)


def resolve(
    connection: Connection, mailing_id: int, verdict: Resolution, ids: Sequence[int] | None, *, now: datetime
) -> Mailing:
    """Send messages of unknown outcome again under the same ids, or give them up.

    Args:
        ids: the messages; None for all.

    Raises:
        Conflict: some messages do not have the status `unknown`; or they are to be sent again, and the mailing is
            cancelled or its end has passed.
    """
    row = mailings.get(connection, mailing_id, lock=True)
    if verdict == Resolution.RESEND:
        _require(row, _BEGUN_STATUSES, AuditAction.RESOLVE)
        _require_time(row, now)
        resolved = message_state.resend(connection, mailing_id, ids, now=now)
    else:
        resolved = message_state.give_up(connection, mailing_id, ids, now=now)
    if others := sorted(set(ids or ()) - resolved):
        raise Conflict(ProblemCode.OUTCOME_KNOWN, message_ids=others)
    return _run_again(connection, row) if verdict == Resolution.RESEND and resolved else row


def _require_time(row: Mailing, now: datetime) -> None:
    if row.ends_at <= now:
        raise Conflict(ProblemCode.MAILING_ENDED, ends_at=rfc3339(row.ends_at))


def _run_again(connection: Connection, row: Mailing) -> Mailing:
    is_over = row.status == MailingStatus.FINISHED
    return mailings.save(connection, row.id, status=MailingStatus.RUNNING, finished_at=None) if is_over else row


def remove(connection: Connection, mailing_id: int, *, now: datetime) -> None:
    """Cancel a mailing if it is not over, and hide it. Its sent messages still count in reports."""
    row = mailings.get(connection, mailing_id, lock=True)
    if row.status in LIVE_STATUSES:
        cancel(connection, mailing_id, now=now)
    mailings.save(connection, mailing_id, deleted_at=now)


def _require(row: Mailing, statuses: Sequence[MailingStatus], action: AuditAction) -> None:
    if row.status not in statuses:
        raise Conflict(ProblemCode.MAILING_STATUS, action=action, status=row.status)
