"""Circuit breaker and rate limit of the provider, shared by all senders.

The state is a row of `provider` and, once a limit was measured, one of `provider_rate`, which is read and written under
the lock of the former. Without failures and limits it is read, and never written.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from notifications.contracts.enumerations import BreakerState
from notifications.contracts.reasons import reason_from_code
from notifications.database.tables import provider, provider_rate
from notifications.events import holds
from notifications.providers import incidents
from notifications.providers.circuit_breaker import Breaker, CallResults
from notifications.providers.rate_learning import learn
from notifications.providers.rate_limiter import BatchCalls, RateLimiter

# Columns of the state by name. Listed one by one: a prepared statement with `*` fails when a migration adds a column.
COLUMNS = (*provider.c, *(each for each in provider_rate.c if each.name != "name"))
_STATE = select(*COLUMNS).select_from(provider.outerjoin(provider_rate))


def load_state(connection: Connection) -> tuple[Breaker, RateLimiter]:
    """Return the breaker and the rate limiter of the provider in use."""
    return _read(connection.execute(_STATE).one_or_none())


def state_in(values: Mapping[str, Any], name: str) -> tuple[Breaker, RateLimiter] | None:
    """Return the breaker and the rate limiter of a provider; None if the stored ones are another provider's.

    Args:
        values: the `COLUMNS` by name; null if nothing is stored.
    """
    if values["name"] is None:
        return Breaker(), RateLimiter()
    return _built(values) if values["name"] == name else None


def drop_other_state(connection: Connection, name: str, *, now: datetime) -> None:
    """Delete the state of a provider that is no longer in use, and end its incident."""
    if connection.execute(delete(provider).where(provider.c.name != name)).rowcount:
        incidents.end(connection, now=now)


def lock_state(connection: Connection, name: str) -> tuple[Breaker, RateLimiter]:
    """Lock the provider's row, created if there is none, and return its breaker and rate limiter."""
    new = _values_of(provider, Breaker(), RateLimiter())
    connection.execute(insert(provider).values(new | {"name": name}).on_conflict_do_nothing())
    row = connection.execute(select(provider).where(provider.c.name == name).with_for_update()).one()
    # By a statement of its own: a join would read the measurement as it was before the lock.
    rate = connection.execute(select(provider_rate).where(provider_rate.c.name == name)).one_or_none()
    return _built({**row._mapping, **(rate._mapping if rate else {})})


def save_state(connection: Connection, name: str, breaker: Breaker, limiter: RateLimiter) -> None:
    """Save the breaker and the rate limiter of a locked row."""
    values = _values_of(provider, breaker, limiter)
    connection.execute(update(provider).where(provider.c.name == name).values(values))
    rate = _values_of(provider_rate, breaker, limiter)
    upsert = insert(provider_rate).values(rate | {"name": name})
    connection.execute(upsert.on_conflict_do_update(index_elements=["name"], set_=rate))


def save_next_release(connection: Connection, at: datetime) -> None:
    """Save the earliest send time of the messages that are released next."""
    connection.execute(update(provider).values(next_release_at=at))


def record_results(
    connection: Connection, name: str, results: CallResults, calls: BatchCalls, *, now: datetime
) -> tuple[BreakerState, BreakerState]:
    """Record the results of a batch, in a transaction of its own. Ignore those of a provider no longer in use.

    Returns:
        The breaker's state before and after. Only one sender sees a change.
    """
    if connection.execute(select(provider.c.name)).scalar_one_or_none() not in {None, name}:
        return BreakerState.CLOSED, BreakerState.CLOSED
    before, limiter = lock_state(connection, name)
    after, learnt = after_batch(before, limiter, results, calls, now=now)
    save_state(connection, name, after, learnt)
    if learnt.hold_until is not None and learnt.hold_until != limiter.hold_until:
        holds.extend(connection, until=learnt.hold_until, now=now)
    _record_incident(connection, before, after, now=now)
    return before.state, after.state


def after_batch(
    breaker: Breaker,
    limiter: RateLimiter,
    results: CallResults,
    calls: BatchCalls,
    *,
    now: datetime,
    jitter: float | None = None,
) -> tuple[Breaker, RateLimiter]:
    """Return the breaker and the rate limiter after a batch.

    Args:
        jitter: 0 to 1, for the time of the next probe; random if not given.
    """
    after, learnt = breaker.after(results, now=now, jitter=jitter), learn(limiter, calls, now=now)
    if after.state != breaker.state:
        learnt = replace(learnt, next_release_at=None)
    return after, learnt


def _record_incident(connection: Connection, before: Breaker, after: Breaker, *, now: datetime) -> None:
    """Begin an incident when the breaker opens, and end it when the breaker closes."""
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


def _read(row: Row[Any] | None) -> tuple[Breaker, RateLimiter]:
    return (Breaker(), RateLimiter()) if row is None else _built(dict(row._mapping))


def _values_of(table: Table, breaker: Breaker, limiter: RateLimiter) -> dict[str, Any]:
    """Return the values of a table's columns."""
    return {name: value for name, value in (asdict(breaker) | asdict(limiter)).items() if name in table.c}


def _built(values: Mapping[str, Any]) -> tuple[Breaker, RateLimiter]:
    return (
        Breaker(
            **{field.name: values[field.name] for field in fields(Breaker)}
            | {"reason_code": reason_from_code(values["reason_code"])}
        ),
        # Without a measurement, its fields have their defaults.
        RateLimiter(
            **{field.name: values[field.name] for field in fields(RateLimiter) if values.get(field.name) is not None}
        ),
    )
