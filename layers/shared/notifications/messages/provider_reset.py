"""Reset of a provider: forgets what is known of its health, so that sending goes on at once."""

from datetime import datetime

from sqlalchemy import Connection

from notifications import message_state
from notifications.events import holds
from notifications.providers import health, incidents
from notifications.providers.circuit_breaker import Breaker
from notifications.providers.rate_limiter import RateLimiter


def reset(connection: Connection, name: str, *, now: datetime) -> int:
    """Close a provider's circuit breaker, lift its rate limit and end its pause.

    Messages that were postponed until the next probe or the end of the pause are due now.

    Returns:
        The number of messages that are due now.
    """
    breaker, limiter = health.lock_state(connection, name, now=now)
    health.save_state(connection, name, Breaker(), RateLimiter())
    incidents.end(connection, name, now=now)
    holds.end(connection, name, now=now)
    ends = {moment for moment in (breaker.probe_at, limiter.hold_until) if moment}
    return message_state.bring_forward(connection, ends, now=now)
