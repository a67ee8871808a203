"""Reset of the provider in use: forgets what is known of its health, so that sending goes on at once."""

from datetime import datetime

from sqlalchemy import Connection

from notifications import message_state
from notifications.events import holds
from notifications.providers import health, incidents
from notifications.providers.circuit_breaker import Breaker
from notifications.providers.rate_limiter import RateLimiter


def reset(connection: Connection, name: str, *, now: datetime) -> int:
    """Close the circuit breaker, lift the rate limit and end the provider's pause.

    Messages that were postponed until the next probe or the end of the pause are due now.

    Args:
        name: the provider in use. The state of another one is dropped.

    Returns:
        The number of messages that are due now.
    """
    before = health.load_state(connection)
    health.drop_other_state(connection, name, now=now)
    breaker, limiter = health.lock_state(connection, name)
    health.save_state(connection, name, Breaker(), RateLimiter())
    incidents.end(connection, now=now)
    holds.end(connection, now=now)
    ends = (before[0].probe_at, before[1].hold_until, breaker.probe_at, limiter.hold_until)
    return message_state.bring_forward(connection, {moment for moment in ends if moment}, now=now)
