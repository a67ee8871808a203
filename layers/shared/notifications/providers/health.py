"""The gate in front of the provider: how many messages its breaker and its pace let through, for all senders alike.

The state is one row. While all goes well it is read and never written.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from notifications.contracts.enumerations import BreakerState
from notifications.contracts.reasons import known
from notifications.database.tables import provider
from notifications.providers import incidents
from notifications.providers.circuit_breaker import PROBE_LASTS, PROBES, Breaker, Tally
from notifications.providers.rate_limiter import Pace

# A message that has no turn now is due again after this.
NEXT_TURN = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Permit:
    """What a sender may do with a batch.

    Args:
        calls: how many messages it may send.
        retry_at: when the others are due again.
        probing: whether the provider is being tried: a failure uses up no attempt.
        quiet: whether a batch without trouble changes nothing, and need not be recorded.
    """

    calls: int
    retry_at: datetime
    probing: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Budget:
    """What the dispatcher may put onto the queue.

    Args:
        messages: how many; None for any number.
        slot: when the first of them may leave.
        gap: the time from one to the next.
    """

    messages: int | None
    slot: datetime
    gap: timedelta = timedelta(0)


_STATE = select(provider)


def state(connection: Connection) -> tuple[Breaker, Pace]:
    """The breaker and the pace of the provider in use."""
    return _read(connection.execute(_STATE).one_or_none())


def clear_way(connection: Connection, name: str, *, wanted: int, now: datetime) -> Permit | None:
    """The permit for a whole batch, by one read; None if anything stands in its way, and `enter` is to be asked.

    Args:
        name: the provider.
    """
    row = connection.execute(_STATE).one_or_none()
    breaker, pace = _read(row)
    is_other = row is not None and row.name != name
    if is_other or breaker.state != BreakerState.CLOSED or pace.is_held(now) or pace.is_limited(now):
        return None
    return Permit(wanted, now, quiet=breaker.untroubled)


def enter(connection: Connection, name: str, *, wanted: int, now: datetime) -> Permit:
    """Ask for a batch of calls, before anything else in a transaction that is committed before them.

    Args:
        name: the provider. What was remembered of another one is forgotten.
    """
    if connection.execute(delete(provider).where(provider.c.name != name)).rowcount:
        incidents.end(connection, now=now)
    breaker, pace = _lock(connection, name)
    if breaker.state != BreakerState.CLOSED:
        if breaker.probe_at is not None and breaker.probe_at > now:
            return Permit(0, breaker.probe_at)
        probing = breaker.probing(now=now)
        _write(connection, name, probing, pace)
        return Permit(min(wanted, PROBES), now + PROBE_LASTS, probing=True)
    if pace.hold_until is not None and pace.is_held(now):
        return Permit(0, pace.hold_until)
    calls, pace = pace.take(wanted, now=now)
    _write(connection, name, breaker, pace)
    return Permit(calls, now + NEXT_TURN, quiet=breaker.untroubled)


def give_back(connection: Connection, name: str, *, now: datetime) -> None:
    """Leave the probe that `enter` gave to the next batch, in the same transaction: of this one nothing can be sent."""
    breaker, pace = _lock(connection, name)
    _write(connection, name, breaker.unprobed(now=now), pace)


def record(
    connection: Connection,
    name: str,
    tally: Tally,
    *,
    cuts: Iterable[float],
    hold_until: datetime | None,
    now: datetime,
) -> tuple[BreakerState, BreakerState]:
    """Add what a batch has seen, in a transaction of its own.

    Args:
        cuts: by which factors the rate is cut.
        hold_until: until when the provider asked to be left alone.

    Gives:
        the breaker's state before and after: of all workers, one sees a change.
    """
    before, pace = _lock(connection, name)
    after = before.after(tally, now=now)
    for factor in cuts:
        pace = pace.cut(factor, now=now)
    if after.state != before.state:
        pace = replace(pace, next_release_at=None)
    _write(connection, name, after, pace.held(hold_until))
    if before.state == BreakerState.CLOSED and after.state == BreakerState.OPEN:
        incidents.begin(
            connection,
            reason=after.reason,
            reason_code=after.reason_code,
            reason_params=after.reason_params,
            now=now,
        )
    if before.state != BreakerState.CLOSED and after.state == BreakerState.CLOSED:
        incidents.end(connection, now=now)
    return before.state, after.state


def budget(connection: Connection, *, now: datetime, until: datetime) -> Budget:
    """What may be put onto the queue to reach the senders before `until`."""
    breaker, pace = state(connection)
    slot = max(filter(None, (now, breaker.probe_at, pace.hold_until, pace.next_release_at)))
    if breaker.state != BreakerState.CLOSED:
        return Budget(PROBES if slot < until else 0, slot)
    if not pace.is_limited(now):
        return Budget(None if slot < until else 0, slot)
    gap = timedelta(seconds=1 / pace.rate_at(now))
    return Budget(max(0, (until - slot) // gap), slot, gap)


def spend(connection: Connection, spent: Budget, *, messages: int) -> None:
    """Note that messages of a budget have been put onto the queue."""
    if spent.messages is not None:
        step = spent.gap * messages or PROBE_LASTS
        connection.execute(update(provider).values(next_release_at=spent.slot + step))


def _lock(connection: Connection, name: str) -> tuple[Breaker, Pace]:
    connection.execute(
        insert(provider).values(name=name, **asdict(Breaker()), **asdict(Pace())).on_conflict_do_nothing()
    )
    return _read(connection.execute(select(provider).where(provider.c.name == name).with_for_update()).one())


def _read(row: Row[Any] | None) -> tuple[Breaker, Pace]:
    if row is None:
        return Breaker(), Pace()
    values = row._mapping
    return (
        Breaker(
            **{field.name: values[field.name] for field in fields(Breaker)} | {"reason_code": known(row.reason_code)}
        ),
        Pace(**{field.name: values[field.name] for field in fields(Pace)}),
    )


def _write(connection: Connection, name: str, breaker: Breaker, pace: Pace) -> None:
    connection.execute(update(provider).where(provider.c.name == name).values(**asdict(breaker), **asdict(pace)))
