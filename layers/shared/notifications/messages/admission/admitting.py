"""Admit a batch: reserve by each check in order, claim the admitted messages, return the others to `pending`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, Engine

from notifications import message_state
from notifications.database.engine import autocommitting
from notifications.message_state import Claimed
from notifications.messages.admission import mailing_rates, provider_quota
from notifications.messages.admission.checks import CallTime, Check, Clock, Reservation
from notifications.messages.admission.limits import Limits, read_limits
from notifications.providers.quotas import CallQuota

# In the order of locks that the package's documentation gives. The provider's check is the last one.
CHECKS: Sequence[Check] = (mailing_rates.check,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Result of the admission of a batch.

    Attributes:
        claimed: messages to call the provider for.
        quota: the provider's quota by which they are called.
        call_times: times of calls that may not be made at once, by message id.
        postponed: messages that a limit has held back, with the time at which they are due again.
    """

    claimed: Sequence[Claimed]
    quota: CallQuota
    call_times: Mapping[int, CallTime] = field(default_factory=dict)
    postponed: Mapping[int, datetime] = field(default_factory=dict)


def admit(
    engine: Engine,
    ids: Sequence[int],
    *,
    provider: str,
    clock: Clock,
    requires_consent: bool,
    lease_until: datetime | None = None,
) -> Admission:
    """Claim the messages that may be sent now. The claim and what it uses are committed together.

    Messages that a limit holds back return to `pending`, with no attempt used up.

    Args:
        provider: the provider's name.
        requires_consent, lease_until: as in `message_state.claim`.
    """
    now = clock()
    claim = partial(
        message_state.claim, configured=[provider], lease_until=lease_until, requires_consent=requires_consent
    )
    with autocommitting(engine).connect() as connection:
        limits = read_limits(connection, ids, provider=provider, now=now)
        if limits.quota and not limits.rates:
            claimed = claim(connection, dict.fromkeys(ids, provider), now=now)
            return Admission(claimed=claimed, quota=limits.quota)
        if limits.unknown_rates:
            mailing_rates.create_missing(connection, limits.unknown_rates, now=now)
    with engine.begin() as connection:
        admission = _reserve(connection, ids, limits, clock, claim)
    # In a transaction of its own: running counts are locked in order within one statement only.
    if admission.postponed:
        with autocommitting(engine).connect() as connection:
            message_state.postpone(connection, admission.postponed, now=clock())
    return admission


def _reserve(
    connection: Connection, ids: Sequence[int], limits: Limits, clock: Clock, claim: Callable[..., list[Claimed]]
) -> Admission:
    reservations: list[Reservation] = []
    postponed: dict[int, datetime] = {}
    for check in CHECKS:
        if found := check(connection, limits, ids, clock):
            reservations.append(found)
            postponed |= found.postponed
            ids = [each for each in ids if each not in found.postponed]
    calls = provider_quota.take(connection, limits, ids, clock)
    postponed |= calls.postponed
    ids = [each for each in ids if each not in calls.postponed]
    now = clock()
    claimed = claim(connection, dict.fromkeys(ids, limits.provider), now=now) if ids else []
    call_times: dict[int, CallTime] = {}
    for reservation in (*reservations, calls):
        call_times |= {
            each: time.joined(call_times.get(each)) for each, time in reservation.use(connection, claimed).items()
        }
    return Admission(
        claimed=_on_time(connection, claimed, call_times, now),
        quota=calls.quota,
        call_times=call_times,
        postponed=postponed,
    )


def _on_time(
    connection: Connection, claimed: Sequence[Claimed], call_times: Mapping[int, CallTime], now: datetime
) -> Sequence[Claimed]:
    """Return the claimed messages, of which those that wait for their call are late from that much later."""
    waits = {each: time.at - now for each, time in call_times.items() if time.at > now}
    later = {each.id: each.sendable_at + waits[each.id] for each in claimed if each.id in waits}
    if later:
        message_state.set_sendable(connection, later)
    return [replace(each, sendable_at=later.get(each.id, each.sendable_at)) for each in claimed]
