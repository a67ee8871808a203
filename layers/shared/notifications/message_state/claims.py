"""A sender claims messages before it calls the provider."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from notifications.contracts.reasons import Reason
from notifications.message_state.errors import error_if
from notifications.message_state.transition import execute, transition
from notifications.schedules.send_windows import SendWindow

# Longer than the sender's time limit, so that a lease that ran out means a dead worker.
LEASE = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that the caller has taken for itself: status `sending`, with a lease.

    `claim` is its fence: an outcome is accepted only from the claim that is still the last one.
    """

    id: int
    mailing_id: int
    client_id: int
    claim: int
    attempts: int
    phone: str
    operator_code: str
    timezone: str
    attributes: dict[str, Any]
    text: str
    due_at: datetime
    ends_at: datetime
    window_start: time | None
    window_end: time | None
    closes_at: datetime
    on_unknown: str
    in_doubt: bool

    @property
    def send_window(self) -> SendWindow | None:
        """The hours of the client's local time in which the message may go, None for any hour."""
        return SendWindow.between(self.window_start, self.window_end)


# A message claimed before it is due, or after its window closed, goes back to the dispatcher, which finds it
# its next open stretch; so does one whose due time is that of an older schedule.
_CLAIM = transition(
    pick="""
        SELECT m.id, m.status, CASE
            WHEN mailing.status = 'cancelled' OR client.id IS NULL THEN 'cancelled'
            WHEN mailing.ends_at <= :now THEN 'expired'
            WHEN mailing.status <> 'running' OR m.due_at > :now OR m.closes_at <= :now
              OR m.schedule_version <> mailing.schedule_version THEN 'pending'
            ELSE 'sending' END AS becomes,
            m.schedule_version <> mailing.schedule_version AS stale
        FROM message AS m
        JOIN mailing ON mailing.id = m.mailing_id
        LEFT JOIN client ON client.id = m.client_id
        WHERE m.id = ANY(CAST(:ids AS bigint[])) AND m.status = 'queued'
        FOR UPDATE OF m SKIP LOCKED
    """,
    change=f"""
        status = p.becomes, since = :now,
        claim = m.claim + CASE p.becomes WHEN 'sending' THEN 1 ELSE 0 END,
        lease_until = CASE p.becomes WHEN 'sending' THEN CAST(:lease_until AS timestamptz) END,
        closes_at = CASE WHEN p.becomes = 'pending' AND p.stale THEN GREATEST(m.due_at, :now) ELSE m.closes_at END,
        {
        error_if(
            ("p.becomes = 'expired' AND m.last_error IS NULL", Reason.MAILING_ENDED),
            ("p.becomes = 'cancelled'", Reason.CANCELLED_BEFORE_SENT),
        )
    }
    """,
    result="""
        SELECT changed.id, changed.mailing_id, changed.client_id, changed.claim, changed.attempts,
               client.phone, client.operator_code, client.timezone, client.attributes,
               mailing.text, mailing.ends_at, mailing.window_start, mailing.window_end,
               changed.due_at, changed.closes_at, mailing.on_unknown, changed.in_doubt
        FROM changed
        JOIN mailing ON mailing.id = changed.mailing_id
        JOIN client ON client.id = changed.client_id
        WHERE changed.status = 'sending'
        ORDER BY changed.id
    """,
)


def claim(connection: Connection, ids: Iterable[int], *, now: datetime) -> list[Claimed]:
    """Take queued messages for the caller: commit before the provider is called.

    Whatever may not go out now is left out: an id that is not queued (a repeat, a stale delivery), one whose
    mailing is paused, cancelled or over, one outside its open stretch.
    """
    rows = execute(connection, _CLAIM, ids=list(ids), now=now, lease_until=now + LEASE)
    return [Claimed(**row._mapping) for row in rows]
