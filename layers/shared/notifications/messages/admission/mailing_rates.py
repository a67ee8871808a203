"""Check of the mailings' rates: each message gets the time of its call, or is due again later."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.postgresql import insert

from notifications.database.tables import mailing_rate
from notifications.message_state import Claimed
from notifications.messages.admission.checks import CallTime, Clock
from notifications.messages.admission.limits import Limits, MailingRate
from notifications.schedules.call_schedule import MAX_WAIT, CallSchedule, last_awaited

_SAVE = text("""
    UPDATE mailing_rate SET next_call_at = new.next_call_at
    FROM unnest(CAST(:ids AS bigint[]), CAST(:next_call_at AS timestamptz[])) AS new (mailing_id, next_call_at)
    WHERE mailing_rate.mailing_id = new.mailing_id
""")


@dataclass(slots=True)
class RateReservation:
    """Call times of a batch's messages, by the locked schedules of their mailings.

    Args:
        rates: rates by message id.
        schedules: schedules by mailing id, as other senders have left them.
        now: the time at which the schedules were locked.
    """

    rates: Mapping[int, MailingRate]
    schedules: dict[int, CallSchedule]
    now: datetime
    postponed: dict[int, datetime] = field(init=False)

    def __post_init__(self) -> None:
        self.postponed = {}
        for mailing_id, messages in self._by_mailing(self.rates):
            times, _ = self.schedules[mailing_id].take(len(messages), now=self.now)
            last = last_awaited(times, now=self.now)
            self.postponed |= {each: at for each, at in zip(messages, times, strict=True) if at > last}

    def use(self, connection: Connection, claimed: Sequence[Claimed]) -> Mapping[int, CallTime]:
        """Save the times that claimed messages have taken. Only they take any, so nothing has to be given back."""
        call_times: dict[int, CallTime] = {}
        after: dict[int, CallSchedule] = {}
        for mailing_id, messages in self._by_mailing(each.id for each in claimed if each.id in self.rates):
            times, after[mailing_id] = self.schedules[mailing_id].take(len(messages), now=self.now)
            call_times |= {each: CallTime(at, self.rates[each]) for each, at in zip(messages, times, strict=True)}
        if after:
            _save(connection, after)
        return call_times

    def _by_mailing(self, ids: Iterable[int]) -> Iterator[tuple[int, Sequence[int]]]:
        ordered = sorted(ids, key=lambda each: (self.rates[each].mailing_id, each))
        for mailing_id, messages in groupby(ordered, key=lambda each: self.rates[each].mailing_id):
            yield mailing_id, list(messages)


def check(connection: Connection, limits: Limits, ids: Sequence[int], clock: Clock) -> RateReservation | None:
    """Lock the schedules of the messages' mailings, and reserve call times."""
    rates = {each: limits.rates[each] for each in ids if each in limits.rates}
    if not rates:
        return None
    return RateReservation(rates, _lock(connection, rates.values()), clock())


def create_missing(connection: Connection, mailing_ids: Sequence[int], *, now: datetime) -> None:
    """Create the rows of mailings that have had no rate before. Commit before any row is locked."""
    rows = [{"mailing_id": each, "next_call_at": now} for each in mailing_ids]
    connection.execute(insert(mailing_rate).values(rows).on_conflict_do_nothing())


def take_further(connection: Connection, rate: MailingRate, *, clock: Clock) -> datetime | None:
    """Lock a mailing's schedule and take the time of a further call; None if it is too far away to be waited for."""
    schedule = _lock(connection, [rate])[rate.mailing_id]
    now = clock()
    (at,), after = schedule.take(1, now=now)
    if at > now + MAX_WAIT:
        return None
    _save(connection, {rate.mailing_id: after})
    return at


def _lock(connection: Connection, rates: Collection[MailingRate]) -> dict[int, CallSchedule]:
    max_rates = {each.mailing_id: each.max_rate for each in rates}
    query = select(mailing_rate).where(mailing_rate.c.mailing_id.in_(max_rates)).order_by(mailing_rate.c.mailing_id)
    rows = connection.execute(query.with_for_update()).all()
    return {row.mailing_id: CallSchedule(max_rates[row.mailing_id], row.next_call_at) for row in rows}


def _save(connection: Connection, schedules: Mapping[int, CallSchedule]) -> None:
    values = {"ids": list(schedules), "next_call_at": [each.next_call_at for each in schedules.values()]}
    connection.execute(_SAVE, values)
