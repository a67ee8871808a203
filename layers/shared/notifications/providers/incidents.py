"""Incidents: times in which the circuit breaker of a provider was open, with their reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, or_, select, update

from notifications.contracts.phrases import Params
from notifications.contracts.reasons import Reason
from notifications.database.rows import columns_of
from notifications.database.tables import incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A time in which a provider's breaker was open.

    Attributes:
        provider: its name; None for an incident from before there were several.
        closed_at: None if the breaker is still open.
        reason, reason_code, reason_params: reason in English, its code and parameters.
    """

    provider: str | None
    opened_at: datetime
    closed_at: datetime | None
    reason: str | None
    reason_code: str | None = None
    reason_params: Params | None = None


def begin(
    connection: Connection,
    provider: str,
    *,
    reason: str | None,
    reason_code: Reason | None = None,
    reason_params: Params | None = None,
    now: datetime,
) -> None:
    """Record that a provider's breaker has opened."""
    connection.execute(
        insert(incident).values(
            provider=provider, opened_at=now, reason=reason, reason_code=reason_code, reason_params=reason_params
        )
    )


def end(connection: Connection, provider: str, *, now: datetime) -> None:
    """Record that a provider's breaker has closed."""
    last = (incident.c.provider == provider) & incident.c.closed_at.is_(None)
    connection.execute(update(incident).where(last).values(closed_at=now))


def end_others(connection: Connection, providers: Sequence[str], *, now: datetime) -> None:
    """End the incidents of all other providers, and those for which no provider is recorded."""
    of_others = incident.c.provider.is_(None) | incident.c.provider.not_in(providers)
    connection.execute(update(incident).where(incident.c.closed_at.is_(None), of_others).values(closed_at=now))


def latest(connection: Connection, provider: str, *, at_most: int) -> Sequence[Incident]:
    """Return the last incidents of a provider, the newest first."""
    query = _select().where(incident.c.provider == provider)
    return _read(connection, query.order_by(incident.c.id.desc()).limit(at_most))


def between(connection: Connection, begins: datetime, ends: datetime) -> Sequence[Incident]:
    """Return the incidents of all providers that lasted into `[begins, ends)`, the oldest first."""
    lasted = or_(incident.c.closed_at.is_(None), incident.c.closed_at >= begins)
    return _read(connection, _select().where(incident.c.opened_at < ends, lasted).order_by(incident.c.id))


def _select() -> Select[Any]:
    return select(*columns_of(Incident, incident))


def _read(connection: Connection, query: Select[Any]) -> Sequence[Incident]:
    return [Incident(**row._mapping) for row in connection.execute(query)]
