"""Acting on a mailing while it lives: change, pause, resume, cancel, retry, delete.

What has been claimed already goes out; everything else follows from the moment of the commit, because the claim
looks at the mailing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from notifications import lifecycle
from notifications.errors import Conflict, NotFound
from notifications.tables import mailing

LIVE = ("scheduled", "running", "paused")
# Columns on which due times depend.
SCHEDULE = frozenset({"ends_at", "window_start", "window_end"})
# What may be changed only while the audience is not yet fixed.
BEFORE_START = frozenset({"starts_at", "filter_tags", "filter_operator_codes"})


def change(connection: Connection, mailing_id: int, values: Mapping[str, Any]) -> Row[Any]:
    """Change the named columns of a mailing; due times follow at the next tick.

    Raises:
        Conflict: the mailing is over, or has started and the change concerns whom it goes to or when it starts.
    """
    row = _locked(connection, mailing_id)
    _require(row, LIVE, "changed")
    if row.plan_until is not None and BEFORE_START & values.keys():
        raise Conflict("the mailing has started: its filter and its start are fixed")
    bump = {"schedule_version": mailing.c.schedule_version + 1} if SCHEDULE & values.keys() else {}
    return _update(connection, mailing_id, **values, **bump)


def pause(connection: Connection, mailing_id: int) -> Row[Any]:
    """Stop a mailing until it is resumed. Pausing a paused one changes nothing."""
    row = _locked(connection, mailing_id)
    _require(row, LIVE, "paused")
    return _update(connection, mailing_id, status="paused")


def resume(connection: Connection, mailing_id: int) -> Row[Any]:
    """Go on with a paused mailing. Resuming one that is not paused changes nothing."""
    row = _locked(connection, mailing_id)
    _require(row, LIVE, "resumed")
    if row.status != "paused":
        return row
    return _update(connection, mailing_id, status="scheduled" if row.plan_until is None else "running")


def cancel(connection: Connection, mailing_id: int, *, now: datetime) -> Row[Any]:
    """End a mailing for good; the next tick cancels what still waits. Cancelling a cancelled one changes nothing."""
    row = _locked(connection, mailing_id)
    if row.status == "cancelled":
        return row
    _require(row, LIVE, "cancelled")
    return _update(connection, mailing_id, status="cancelled", finished_at=now)


def retry(connection: Connection, mailing_id: int, *, now: datetime) -> Row[Any]:
    """Put the failed messages of a mailing back to `pending`; a finished one runs again.

    Raises:
        Conflict: the mailing is cancelled, or its end has passed.
    """
    row = _locked(connection, mailing_id)
    _require(row, ("running", "paused", "finished"), "retried")
    if row.ends_at <= now:
        raise Conflict("the mailing's end has passed")
    if lifecycle.retry(connection, mailing_id, now=now) and row.status == "finished":
        return _update(connection, mailing_id, status="running", finished_at=None)
    return row


def remove(connection: Connection, mailing_id: int, *, now: datetime) -> None:
    """Stop a mailing and hide it; what was sent still counts in reports."""
    row = _locked(connection, mailing_id)
    if row.status in LIVE:
        cancel(connection, mailing_id, now=now)
    _update(connection, mailing_id, deleted_at=now)


def _locked(connection: Connection, mailing_id: int) -> Row[Any]:
    query = select(mailing).where(mailing.c.id == mailing_id, mailing.c.deleted_at.is_(None)).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"there is no mailing {mailing_id}")
    return row


def _require(row: Row[Any], statuses: tuple[str, ...], done: str) -> None:
    if row.status not in statuses:
        raise Conflict(f"a mailing that is {row.status} cannot be {done}")


def _update(connection: Connection, mailing_id: int, **values: Any) -> Row[Any]:
    query = update(mailing).where(mailing.c.id == mailing_id).values(**values).returning(*mailing.c)
    return connection.execute(query).one()
