"""Circuit breaker and rate limit of each provider, shared by all senders.

The state is a row of `provider` and, once a limit was measured, one of `provider_rate`, which is read and written under
the lock of the former. Without failures and limits it is read, and never written. Whoever locks several rows locks them
in the order of names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, select, update
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
_STATE = select(*COLUMNS).select_from(provider.outerjoin(provider_rate)).order_by(provider.c.name)

# Breaker and rate limiter of a provider, and those without failures and limits.
type State = tuple[Breaker, RateLimiter]
HEALTHY: State = (Breaker(), RateLimiter())


def load_states(connection: Connection) -> dict[str, State]:
    """Return the stored breakers and rate limiters by the providers' names. A provider without one is healthy."""
    return {row.name: state_in(dict(row._mapping)) for row in connection.execute(_STATE)}


def load_state(connection: Connection, name: str) -> State:
    """Return the breaker and the rate limiter of a provider."""
    return load_states(connection).get(name, HEALTHY)


def state_in(values: Mapping[str, Any]) -> State:
    """Return the breaker and the rate limiter in a row with the `COLUMNS`."""
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


def keep_configured(connection: Connection, names: Sequence[str], *, now: datetime) -> None:
    """Create missing rows of the configured providers, delete those of all others, and end the others' incidents."""
    known = connection.execute(select(provider.c.name)).scalars().all()
    for name in sorted(set(names) - set(known)):
        _create(connection, name, now)
    if set(known) - set(names):
        removed = select(provider.c.name).where(provider.c.name.not_in(names)).order_by(provider.c.name)
        locked = connection.execute(removed.with_for_update()).scalars().all()
        connection.execute(delete(provider).where(provider.c.name.in_(locked)))
    incidents.end_others(connection, names, now=now)


def _create(connection: Connection, name: str, now: datetime) -> None:
    new = _values_of(provider, *HEALTHY) | {"name": name, "configured_at": now}
    connection.execute(insert(provider).values(new).on_conflict_do_nothing())


def lock_state(connection: Connection, name: str, *, now: datetime) -> State:
    """Lock the provider's row, created if there is none, and return its breaker and rate limiter."""
    _create(connection, name, now)
    row = connection.execute(select(provider).where(provider.c.name == name).with_for_update()).one()
    # By a statement of its own: a join would read the measurement as it was before the lock.
    rate = connection.execute(select(provider_rate).where(provider_rate.c.name == name)).one_or_none()
    return state_in({**row._mapping, **(rate._mapping if rate else {})})


def save_state(connection: Connection, name: str, breaker: Breaker, limiter: RateLimiter) -> None:
    """Save the breaker and the rate limiter of a provider whose row is locked."""
    values = _values_of(provider, breaker, limiter)
    connection.execute(update(provider).where(provider.c.name == name).values(values))
    rate = _values_of(provider_rate, breaker, limiter)
    upsert = insert(provider_rate).values(rate | {"name": name})
    connection.execute(upsert.on_conflict_do_update(index_elements=["name"], set_=rate))


def save_next_release(connection: Connection, at: datetime) -> None:
    """Save the earliest send time of the messages that are released next, whichever provider sends them."""
    connection.execute(update(provider).values(next_release_at=at))


def record_results(
    connection: Connection, name: str, results: CallResults, calls: BatchCalls, *, now: datetime
) -> tuple[BreakerState, BreakerState]:
    """Record the results of a batch at a provider, in a transaction of its own.

    Returns:
        The breaker's state before and after. Only one sender sees a change.
    """
    before, limiter = lock_state(connection, name, now=now)
    after, learnt = after_batch(before, limiter, results, calls, now=now)
    save_state(connection, name, after, learnt)
    if learnt.hold_until is not None and learnt.hold_until != limiter.hold_until:
        holds.extend(connection, name, until=learnt.hold_until, now=now)
    _record_incident(connection, name, before, after, now=now)
    return before.state, after.state


def after_batch(
    breaker: Breaker,
    limiter: RateLimiter,
    results: CallResults,
    calls: BatchCalls,
    *,
    now: datetime,
    jitter: float | None = None,
) -> State:
    """Return the breaker and the rate limiter after a batch.

    Args:
        jitter: 0 to 1, for the time of the next probe; random if not given.
    """
    after, learnt = breaker.after(results, now=now, jitter=jitter), learn(limiter, calls, now=now)
    if after.state != breaker.state:
        learnt = replace(learnt, next_release_at=None)
    return after, learnt


def _record_incident(connection: Connection, name: str, before: Breaker, after: Breaker, *, now: datetime) -> None:
    """Begin an incident when the breaker opens, and end it when the breaker closes."""
    if before.state == BreakerState.CLOSED and after.state == BreakerState.OPEN:
        incidents.begin(
            connection,
            name,
            reason=after.reason,
            reason_code=after.reason_code,
            reason_params=after.reason_params,
            now=now,
        )
    if before.state != BreakerState.CLOSED and after.state == BreakerState.CLOSED:
        incidents.end(connection, name, now=now)


def _values_of(table: Table, breaker: Breaker, limiter: RateLimiter) -> dict[str, Any]:
    """Return the values of a table's columns."""
    return {name: value for name, value in (asdict(breaker) | asdict(limiter)).items() if name in table.c}
