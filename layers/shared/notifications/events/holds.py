"""Holds: times in which a mailing was paused, or the provider asked for a pause. They are not lateness."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from notifications.database.tables import hold


def record(connection: Connection, mailing_id: int, *, begins_at: datetime, ends_at: datetime) -> None:
    """Record a pause of a mailing when it ends."""
    connection.execute(insert(hold).values(mailing_id=mailing_id, begins_at=begins_at, ends_at=ends_at))


def extend(connection: Connection, *, until: datetime, now: datetime) -> None:
    """Record that the provider has asked for a pause, or for a longer one. The caller has locked its state."""
    current = hold.c.mailing_id.is_(None) & (hold.c.ends_at >= now)
    if not connection.execute(update(hold).where(current).values(ends_at=until)).rowcount:
        connection.execute(insert(hold).values(begins_at=now, ends_at=until))


def held_time(connection: Connection, mailing_id: int, *, begins: datetime, ends: datetime) -> timedelta:
    """Return for how long of an interval the mailing was paused or the provider took no messages."""
    held: timedelta = connection.execute(select(func.held_time(mailing_id, begins, ends))).scalar_one()
    return held
