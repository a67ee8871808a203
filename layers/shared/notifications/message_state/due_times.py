"""Set due times of waiting messages after an opening has passed or the schedule or a time zone has changed."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, text

from notifications.contracts.reasons import Reason
from notifications.message_state.errors import error_if
from notifications.message_state.transition import end_as, execute, transition
from notifications.schedules.send_windows import Opening

type Openings = Mapping[str, Opening | None]

_CLOSED_ZONES = text("""
    SELECT DISTINCT client.timezone
    FROM (
        SELECT client_id FROM message
        WHERE mailing_id = :mailing_id AND status = 'pending' AND closes_at <= :now
        ORDER BY closes_at LIMIT :at_most
    ) AS closed LEFT JOIN client ON client.id = closed.client_id
""")


def closed_zones(connection: Connection, mailing_id: int, *, now: datetime, at_most: int) -> list[str | None]:
    """Return the time zones of the first messages of a mailing that wait although their opening has passed.

    None stands for messages of deleted clients.
    """
    return [row.timezone for row in execute(connection, _CLOSED_ZONES, mailing_id=mailing_id, now=now, at_most=at_most)]


_ZONE = """unnest(CAST(:zones AS text[]), CAST(:due_at AS timestamptz[]), CAST(:closes_at AS timestamptz[]))
            AS zone (timezone, due_at, closes_at)"""

_REOPENED = end_as(
    "CASE WHEN p.client_deleted THEN 'cancelled' WHEN p.due_at IS NULL THEN 'expired' ELSE 'pending' END"
)
_REOPEN = transition(
    pick=f"""
        SELECT m.id, m.status, zone.due_at, zone.closes_at, client.id IS NULL AS client_deleted
        FROM message AS m LEFT JOIN client ON client.id = m.client_id
        LEFT JOIN {_ZONE} ON zone.timezone = client.timezone
        WHERE m.mailing_id = :mailing_id AND m.status = 'pending' AND m.closes_at <= :now
          AND (client.id IS NULL OR zone.timezone IS NOT NULL)
        ORDER BY m.closes_at LIMIT :at_most
        FOR UPDATE OF m SKIP LOCKED
    """,
    change=f"""
        status = {_REOPENED}, since = :now, due_at = p.due_at, closes_at = p.closes_at, schedule_version = :version,
        {
        error_if(
            ("p.client_deleted", Reason.CLIENT_DELETED),
            ("p.due_at IS NULL AND m.last_error IS NULL", Reason.WINDOW_NEVER_OPENS_AGAIN),
        )
    }
    """,
    result="SELECT count(*) AS n FROM changed",
)


def reopen(
    connection: Connection, mailing_id: int, found: Openings, *, version: int, now: datetime, at_most: int
) -> int:
    """Move waiting messages whose opening has passed to the next opening of their zone, or expire them if none is left.

    One in doubt becomes `unknown` instead of `expired` or `cancelled`.

    Messages of deleted clients are cancelled: one that was retried while its client was being deleted is still waiting.

    Args:
        found: next opening by time zone.
        version: version of the schedule that `found` comes from.
    """
    rows = execute(
        connection, _REOPEN, mailing_id=mailing_id, version=version, now=now, at_most=at_most, **_zone_values(found)
    )
    return int(rows[0].n)


def _zone_values(found: Openings) -> dict[str, object]:
    return {
        "zones": list(found),
        "due_at": [stretch and stretch.due_at for stretch in found.values()],
        "closes_at": [stretch and stretch.closes_at for stretch in found.values()],
    }


_RESCHEDULED = end_as("""
    CASE WHEN p.client_deleted THEN 'cancelled' WHEN p.found AND p.due_at IS NULL THEN 'expired'
        WHEN p.status = 'expired' THEN 'pending' ELSE p.status END
""")
# Messages that expired had no opening left, and may have one by the new schedule. The pause before a retry is kept:
# if it ends after the opening, the message closes when the pause ends and is reopened then. A message whose client has
# changed its time zone since the zones were read closes now.
_RESCHEDULE = transition(
    pick=f"""
        SELECT m.id, m.status, zone.due_at, zone.closes_at, zone.timezone IS NOT NULL AS found,
               client.id IS NULL AS client_deleted,
               CASE WHEN m.attempts > 0 THEN m.due_at END AS pause_ends
        FROM message AS m LEFT JOIN client ON client.id = m.client_id
        LEFT JOIN {_ZONE} ON zone.timezone = client.timezone
        WHERE m.mailing_id = :mailing_id AND m.id > :after AND m.id <= :until
          AND (m.status IN ('pending', 'queued') OR (m.status = 'expired' AND zone.due_at IS NOT NULL))
        ORDER BY m.id FOR UPDATE OF m
    """,
    change=f"""
        status = {_RESCHEDULED},
        since = CASE WHEN p.client_deleted OR p.status = 'expired' OR (p.found AND p.due_at IS NULL) THEN :now
            ELSE m.since END,
        due_at = CASE WHEN NOT p.found THEN GREATEST(p.pause_ends, :now)
            WHEN p.due_at IS NOT NULL THEN GREATEST(p.pause_ends, p.due_at) END,
        closes_at = CASE WHEN NOT p.found THEN GREATEST(p.pause_ends, :now)
            WHEN p.due_at IS NOT NULL THEN GREATEST(p.pause_ends, p.closes_at) END,
        schedule_version = :version,
        {
        error_if(
            ("p.client_deleted", Reason.CLIENT_DELETED),
            ("p.found AND p.due_at IS NULL AND m.last_error IS NULL", Reason.WINDOW_NEVER_OPENS_AGAIN),
            ("p.status = 'expired' AND m.attempts = 0", None),
        )
    }
    """,
    result="SELECT count(*) AS n FROM changed",
)


def reschedule(
    connection: Connection, mailing_id: int, found: Openings, *, after: int, until: int, version: int, now: datetime
) -> int:
    """Apply a mailing's changed schedule to its waiting messages with an id in `(after, until]`.

    Messages of deleted clients are cancelled. One in doubt becomes `unknown` instead of `expired` or `cancelled`.

    Args:
        found: next opening by time zone, by the new schedule.
        version: version of the new schedule.
    """
    rows = execute(
        connection,
        _RESCHEDULE,
        mailing_id=mailing_id,
        after=after,
        until=until,
        version=version,
        now=now,
        **_zone_values(found),
    )
    return int(rows[0].n)


# Due and closed at the same time, a message is reopened then. A sender that receives it returns it to `pending`.
_UNSCHEDULE = transition(
    pick="""
        SELECT id, status, GREATEST(:now, CASE WHEN attempts > 0 THEN due_at END) AS reopens_at FROM message
        WHERE client_id = ANY(CAST(:client_ids AS bigint[])) AND status IN ('pending', 'queued')
        ORDER BY id FOR UPDATE
    """,
    change="due_at = p.reopens_at, closes_at = p.reopens_at",
    result="SELECT count(*) AS n FROM changed",
)


def unschedule(connection: Connection, client_ids: Collection[int], *, now: datetime) -> int:
    """Close the waiting messages of clients whose time zone changed, so that the next tick finds new due times.

    Returns:
        The number of messages.
    """
    if not client_ids:
        return 0
    return int(execute(connection, _UNSCHEDULE, client_ids=list(client_ids), now=now)[0].n)
