"""Holds: times in which a mailing was paused, or a provider asked for a pause. They are not lateness."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, text, update

from notifications.database.tables import hold


def record(connection: Connection, mailing_id: int, *, begins_at: datetime, ends_at: datetime) -> None:
    """Record a pause of a mailing when it ends."""
    connection.execute(insert(hold).values(mailing_id=mailing_id, begins_at=begins_at, ends_at=ends_at))


def extend(connection: Connection, provider: str, *, until: datetime, now: datetime) -> None:
    """Record that a provider has asked for a pause, or for a longer one. The caller has locked its state."""
    current = (hold.c.provider == provider) & hold.c.mailing_id.is_(None) & (hold.c.ends_at >= now)
    if not connection.execute(update(hold).where(current).values(ends_at=until)).rowcount:
        connection.execute(insert(hold).values(provider=provider, begins_at=now, ends_at=until))


def end(connection: Connection, provider: str, *, now: datetime) -> None:
    """End the pause that a provider has asked for. The caller has locked its state."""
    current = (hold.c.provider == provider) & hold.c.mailing_id.is_(None) & (hold.c.ends_at > now)
    connection.execute(update(hold).where(current).values(ends_at=func.greatest(hold.c.begins_at, now)))


def held_time(connection: Connection, mailing_id: int, *, begins: datetime, ends: datetime) -> timedelta:
    """Return for how long of an interval the mailing was paused, or all providers at once took no messages."""
    held: timedelta = connection.execute(select(func.held_time(mailing_id, begins, ends))).scalar_one()
    return held


# A message is late from its due time on, which is after its mailing's start, and messages outside mailings end soon. A
# retried message is due again. So a hold is needed while a mailing that started before its end may still send.
_FORGET = text("""
    DELETE FROM hold WHERE id = ANY(ARRAY(
        SELECT hold.id FROM hold LEFT JOIN mailing ON mailing.id = hold.mailing_id
        WHERE hold.ends_at < :before AND CASE
            WHEN hold.mailing_id IS NOT NULL THEN mailing.status = 'finished' OR mailing.settled
            ELSE hold.ends_at < :provider_before OR hold.ends_at < COALESCE((
                SELECT min(starts_at) FROM mailing WHERE status IN ('running', 'paused')
            ), :before) END
        ORDER BY hold.id LIMIT :at_most FOR UPDATE OF hold SKIP LOCKED
    ))
""")
# Time after which messages outside mailings have ended, and senders have recorded the outcomes of all calls.
_KEPT = timedelta(hours=1)
# Time after which a pause that a provider has asked for no longer matters to messages that still wait.
_PROVIDER_KEPT = timedelta(days=30)


def forget(connection: Connection, *, now: datetime, at_most: int) -> int:
    """Delete holds that no open message needs, and return their number."""
    values = {"before": now - _KEPT, "provider_before": now - _PROVIDER_KEPT, "at_most": at_most}
    return connection.execute(_FORGET, values).rowcount
