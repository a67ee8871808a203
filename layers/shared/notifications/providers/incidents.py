"""Breaker incidents: the times in which the provider was left alone, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from notifications.contracts.phrases import Params
from notifications.contracts.reasons import Reason
from notifications.database.tables import incident


def begin(
    connection: Connection,
    *,
    reason: str | None,
    reason_code: Reason | None = None,
    reason_params: Params | None = None,
    now: datetime,
) -> None:
    """The breaker has opened."""
    connection.execute(
        insert(incident).values(opened_at=now, reason=reason, reason_code=reason_code, reason_params=reason_params)
    )


def end(connection: Connection, *, now: datetime) -> None:
    """The breaker has closed."""
    connection.execute(update(incident).where(incident.c.closed_at.is_(None)).values(closed_at=now))


def latest(connection: Connection, *, at_most: int) -> Sequence[Row[Any]]:
    """The last incidents, the newest first."""
    return connection.execute(select(incident).order_by(incident.c.id.desc()).limit(at_most)).all()


def between(connection: Connection, begins: datetime, ends: datetime) -> Sequence[Row[Any]]:
    """The incidents that lasted into `[begins, ends)`, the oldest first."""
    lasted = or_(incident.c.closed_at.is_(None), incident.c.closed_at >= begins)
    return connection.execute(select(incident).where(incident.c.opened_at < ends, lasted).order_by(incident.c.id)).all()
