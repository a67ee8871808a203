"""Claims: a sender takes messages before it calls the provider."""

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
    """A message that the caller has claimed: status `sending`, with a lease.

    Attributes:
        mailing_id, client_id: None outside mailings.
        claim: number of the claim. An outcome is recorded only for the last one.
        attributes: values for the text's placeholders; None for a text without any.
    """

    id: int
    mailing_id: int | None
    client_id: int | None
    claim: int
    attempts: int
    phone: str
    operator_code: str
    timezone: str
    attributes: dict[str, Any] | None
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
        """Return the hours of the client's local time in which the message may be sent, None for any hour."""
        return SendWindow.between(self.window_start, self.window_end)


# A message claimed before it is due, or after its window closed, goes back to the dispatcher, which finds it
# its next open stretch; so does one whose due time is that of an older schedule. Outside mailings there is no mailing
# that could stand in the way: what is compared with its columns is null, and so holds nothing back.
_CLAIM = transition(
    pick="""
        SELECT m.id, m.status, CASE
            WHEN mailing.status = 'cancelled' OR COALESCE(client.phone, direct.phone) IS NULL THEN 'cancelled'
            WHEN COALESCE(mailing.ends_at, direct.ends_at) <= :now THEN 'expired'
            WHEN mailing.status <> 'running' OR m.due_at > :now OR m.closes_at <= :now
              OR m.schedule_version <> mailing.schedule_version THEN 'pending'
            ELSE 'sending' END AS becomes,
            COALESCE(m.schedule_version <> mailing.schedule_version, false) AS stale,
            COALESCE(client.phone, direct.phone) AS phone, COALESCE(client.operator_code, '') AS operator_code,
            COALESCE(client.timezone, 'UTC') AS timezone, client.attributes,
            COALESCE(mailing.text, direct.text) AS text, COALESCE(mailing.ends_at, direct.ends_at) AS ends_at,
            mailing.window_start, mailing.window_end, COALESCE(mailing.on_unknown, direct.on_unknown) AS on_unknown
        FROM message AS m
        LEFT JOIN mailing ON mailing.id = m.mailing_id
        LEFT JOIN client ON client.id = m.client_id
        LEFT JOIN direct_message AS direct ON direct.message_id = m.id
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
            ("p.becomes = 'expired' AND m.last_error IS NULL AND m.mailing_id IS NULL", Reason.NOT_SENT_IN_TIME),
            ("p.becomes = 'expired' AND m.last_error IS NULL", Reason.MAILING_ENDED),
            ("p.becomes = 'cancelled'", Reason.CANCELLED_BEFORE_SENT),
        )
    }
    """,
    result="""
        SELECT changed.id, changed.mailing_id, changed.client_id, changed.claim, changed.attempts,
               p.phone, p.operator_code, p.timezone, p.attributes, p.text, p.ends_at, p.window_start, p.window_end,
               changed.due_at, changed.closes_at, p.on_unknown, changed.in_doubt
        FROM changed JOIN picked AS p ON p.id = changed.id
        WHERE changed.status = 'sending'
        ORDER BY changed.id
    """,
)


def claim(connection: Connection, ids: Iterable[int], *, now: datetime) -> list[Claimed]:
    """Claim queued messages. Commit before the provider is called.

    Messages that may not be sent now are left out: those that are not queued (a repeat, a stale delivery), those of
    a mailing that is paused, cancelled or over, and those outside their send window.
    """
    rows = execute(connection, _CLAIM, ids=list(ids), now=now, lease_until=now + LEASE)
    return [Claimed(**row._mapping) for row in rows]
