"""Claim queued messages for a sender, before it calls the provider."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from notifications.contracts.enumerations import Category
from notifications.contracts.reasons import Reason
from notifications.message_state.errors import error_if
from notifications.message_state.transition import OPTED_OUT, end_as, execute, load_transition
from notifications.schedules.send_windows import SendWindow

# Longer than the sender's time limit: when a lease has run out, its sender is dead.
LEASE = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that the caller has claimed: status `sending`, with a lease.

    Attributes:
        mailing_id, client_id: None outside mailings.
        claim: number of the claim. Outcomes of earlier claims are not recorded.
        sendable_at: moment at which it could first have gone: due, and neither its mailing's rate or pause nor the
            provider held it. It is late from then on.
        attributes: values for the text's placeholders; None for a text in which they are filled in.
        provider: name of the provider that is to be called.
        previous_provider: name of the provider of the claim before; None if this is the first.
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
    sendable_at: datetime
    ends_at: datetime
    window_start: time | None
    window_end: time | None
    closes_at: datetime
    on_unknown: str
    in_doubt: bool
    category: Category
    provider: str
    previous_provider: str | None

    @property
    def send_window(self) -> SendWindow | None:
        """Return the hours of the client's local time in which the message may be sent, None for any hour."""
        return SendWindow.between(self.window_start, self.window_end)


_CLAIM = load_transition(
    Path(__file__).with_name("sql") / "claim.sql",
    status=end_as("p.becomes"),
    opted_out=OPTED_OUT,
    errors=error_if(
        ("p.becomes = 'expired' AND m.last_error IS NULL AND m.mailing_id IS NULL", Reason.NOT_SENT_IN_TIME),
        ("p.becomes = 'expired' AND m.last_error IS NULL", Reason.MAILING_ENDED),
        ("p.becomes = 'cancelled' AND p.phone IS NULL", Reason.CLIENT_DELETED),
        ("p.becomes = 'cancelled'", Reason.CANCELLED_BEFORE_SENT),
        ("p.becomes = 'suppressed' AND p.opted_out", Reason.OPTED_OUT),
        ("p.becomes = 'suppressed'", Reason.NO_CONSENT),
        ("p.becomes = 'unknown'", Reason.PROVIDER_REMOVED),
    ),
)


def claim(
    connection: Connection,
    providers: Mapping[int, str],
    *,
    configured: Collection[str],
    now: datetime,
    lease_until: datetime | None = None,
    requires_consent: bool,
) -> list[Claimed]:
    """Claim queued messages, each for a provider. Commit before calling the providers.

    Messages that may not be sent now are left out: messages that are not queued (a repeated or late delivery of the
    record), messages of a mailing that is paused, cancelled or over, and messages outside their send window. A message
    whose mailing is cancelled or over ends with that, and one to a person who has opted out is suppressed; one in doubt
    ends as `unknown`.

    A message in doubt is claimed only for the provider that may have accepted it. If that is no longer configured, the
    message becomes `unknown`.

    Args:
        providers: names of the providers by message id.
        configured: names of all configured providers.
        lease_until: end of the lease; `LEASE` from now on if not given.
        requires_consent: suppress marketing to clients who have not consented to it.
    """
    rows = execute(
        connection,
        _CLAIM,
        ids=list(providers),
        providers=list(providers.values()),
        configured=list(configured),
        now=now,
        lease_until=lease_until or now + LEASE,
        requires_consent=requires_consent,
    )
    return [Claimed(**{**row._mapping, "category": Category(row.category)}) for row in rows]


_GIVE_BACK = load_transition(Path(__file__).with_name("sql") / "give_back.sql")


def give_back(connection: Connection, ids: Iterable[int], *, lease_until: datetime, now: datetime) -> int:
    """Return the messages of a batch to `pending` whose claim may have been committed, and that were not called.

    Messages that another sender has claimed keep their state: their leases end at another time. A message in doubt
    whose acceptance a receipt has proved meanwhile is sent.

    Args:
        lease_until: end of the lease of the claim.

    Returns:
        The number of messages.
    """
    rows = execute(connection, _GIVE_BACK, ids=list(ids), lease_until=lease_until, now=now)
    return int(rows[0].n)
