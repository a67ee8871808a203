"""Waits that are cut short, so that minutes of patience fit into seconds of proof: time jumps, in the database.

Only what nobody works on any more is touched, and only its times: no status, no count, no attempt.
"""

from datetime import datetime

from sqlalchemy import Engine, text

from notifications.lifecycle import QUEUED_AT_MOST

# The next tick gives it its next open stretch, as it does for a message whose stretch is over.
_PAUSES = (
    "UPDATE message SET due_at = now(), closes_at = now() WHERE status = 'pending' AND attempts > 0 AND due_at > now()"
)
_BREAKER = """
    UPDATE provider SET probe_at = LEAST(probe_at, now()), hold_until = LEAST(hold_until, now()),
        next_call_at = LEAST(next_call_at, now()), next_release_at = LEAST(next_release_at, now())
"""
_LEASES = "UPDATE message SET lease_until = now() WHERE status = 'sending' AND since < :dead_since"
_QUEUED = "UPDATE message SET since = since - CAST(:longer AS interval) WHERE status = 'queued' AND since < :dead_since"


def end_pauses(engine: Engine) -> None:
    """Have retries come due, and the breaker and the pace let the next messages try."""
    with engine.begin() as connection:
        connection.execute(text(_PAUSES))
        connection.execute(text(_BREAKER))


def end_leases(engine: Engine, *, dead_since: datetime) -> None:
    """Have leases run out: of messages that were claimed by workers that are all dead."""
    with engine.begin() as connection:
        connection.execute(text(_LEASES), {"dead_since": dead_since})


def lose_queued(engine: Engine, *, dead_since: datetime) -> None:
    """Have messages been queued for too long: of those whose records the queue has lost or keeps from everybody."""
    with engine.begin() as connection:
        connection.execute(text(_QUEUED), {"dead_since": dead_since, "longer": QUEUED_AT_MOST})
