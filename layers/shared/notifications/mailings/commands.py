"""Commands on a mailing: change, launch, withdraw, pause, resume, cancel, delete.

Claimed messages are still sent. All others follow as soon as the command is committed: the claim reads the mailing.
"""

from collections.abc import Mapping, Sequence
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
)
from notifications.contracts.errors import Conflict, InvalidInput
from notifications.contracts.phrases import rfc3339
from notifications.contracts.problem_codes import ProblemCode
from notifications.events import holds
from notifications.jobs import repository as jobs
from notifications.mailings import repository as mailings
from notifications.mailings.mailing import Mailing

# Columns on which due times depend.
SCHEDULE_COLUMNS = frozenset({"ends_at", "window_start", "window_end"})
# Columns that may be changed only until the audience is fixed.
AUDIENCE_COLUMNS = frozenset({"starts_at", "filter_tags", "filter_operator_codes", "category"})


def change(connection: Connection, mailing_id: int, values: Mapping[str, Any], *, now: datetime) -> Mailing:
    """Change a mailing. If due times depend on the change, no message is claimed until a tick has found new ones.

    Args:
        values: the new values by column.

    Raises:
        Conflict: the mailing is over or its end has passed, or it has started and the change is of
            its audience or start.
    """
    row = mailings.get(connection, mailing_id, lock=True)
    require_status(row, CHANGEABLE_STATUSES, AuditAction.CHANGE)
    if row.status != MailingStatus.DRAFT:
        require_time(row, now)
    if row.plan_until is not None and AUDIENCE_COLUMNS & values.keys():
        raise Conflict(ProblemCode.MAILING_STARTED)
    if row.on_unknown == OnUnknown.RESEND and values.get("on_unknown") == OnUnknown.HOLD:
        message_state.hold(connection, mailing_id, now=now)
    rescheduled = new_schedule(row) if SCHEDULE_COLUMNS & values.keys() else {}
    return mailings.save(connection, mailing_id, **values, **rescheduled, **_new_rate(row, values, now))


def _new_rate(row: Mailing, values: Mapping[str, Any], now: datetime) -> dict[str, datetime]:
    """Let the next release follow a changed rate at once, since the last one looked ahead at the old rate."""
    if row.next_slot_at is None or values.get("max_rate", row.max_rate) == row.max_rate:
        return {}
    return {"next_slot_at": min(row.next_slot_at, now)}


def new_schedule(row: Mailing) -> dict[str, int]:
    """Return the columns of a mailing whose schedule changes. Its messages follow in the next ticks."""
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
    require_status(row, (MailingStatus.DRAFT,), AuditAction.LAUNCH)
    if row.ends_at <= now:
        raise InvalidInput("ends_at", ProblemCode.END_IN_PAST)
    return mailings.save(connection, mailing_id, status=MailingStatus.SCHEDULED)


def withdraw(connection: Connection, mailing_id: int) -> Mailing:
    """Make a mailing that has not started a draft again. A draft stays as it is.

    Raises:
        Conflict: the mailing has started or is over.
    """
    row = mailings.get(connection, mailing_id, lock=True)
    require_status(row, CHANGEABLE_STATUSES, AuditAction.WITHDRAW)
    if row.plan_until is not None:
        raise Conflict(ProblemCode.MAILING_PLANNED)
    return mailings.save(connection, mailing_id, status=MailingStatus.DRAFT)


def pause(connection: Connection, mailing_id: int, *, now: datetime) -> Mailing:
    """Pause a mailing. A paused one stays as it is.

    Raises:
        Conflict: the mailing is a draft or over, or its end has passed.
    """
    row = mailings.get(connection, mailing_id, lock=True)
    require_status(row, LIVE_STATUSES, AuditAction.PAUSE)
    require_time(row, now)
    if row.status == MailingStatus.PAUSED:
        return row
    return mailings.save(connection, mailing_id, status=MailingStatus.PAUSED, paused_at=now)


def resume(connection: Connection, mailing_id: int, *, now: datetime) -> Mailing:
    """Resume a paused mailing, and record the pause. Any other stays as it is.

    Raises:
        Conflict: the mailing is a draft or over, or its end has passed.
    """
    row = mailings.get(connection, mailing_id, lock=True)
    require_status(row, LIVE_STATUSES, AuditAction.RESUME)
    require_time(row, now)
    if row.status != MailingStatus.PAUSED:
        return row
    if row.paused_at is not None:
        holds.record(connection, mailing_id, begins_at=row.paused_at, ends_at=now)
    status = MailingStatus.SCHEDULED if row.plan_until is None else MailingStatus.RUNNING
    return mailings.save(connection, mailing_id, status=status)


def cancel(connection: Connection, mailing_id: int, *, now: datetime) -> Mailing:
    """Cancel a mailing and its jobs; the next tick cancels its waiting messages. A cancelled one stays as it is."""
    row = mailings.get(connection, mailing_id, lock=True)
    if row.status == MailingStatus.CANCELLED:
        return row
    require_status(row, LIVE_STATUSES, AuditAction.CANCEL)
    jobs.cancel_jobs_of(connection, mailing_id, now=now)
    return mailings.save(connection, mailing_id, status=MailingStatus.CANCELLED, finished_at=now)


def require_time(row: Mailing, now: datetime) -> None:
    """Raise Conflict if a mailing's end has passed."""
    if row.ends_at <= now:
        raise Conflict(ProblemCode.MAILING_ENDED, ends_at=rfc3339(row.ends_at))


def remove(connection: Connection, mailing_id: int, *, now: datetime) -> None:
    """Cancel a mailing if it is not over, and hide it. Its sent messages still count in reports."""
    row = mailings.get(connection, mailing_id, lock=True)
    if row.status in LIVE_STATUSES:
        cancel(connection, mailing_id, now=now)
    mailings.save(connection, mailing_id, deleted_at=now)


def require_status(row: Mailing, statuses: Sequence[MailingStatus], action: AuditAction) -> None:
    """Raise Conflict unless a mailing has one of the statuses."""
    if row.status not in statuses:
        raise Conflict(ProblemCode.MAILING_STATUS, action=action, status=row.status)
